import { expect, test } from "vitest";

import { CARD, fit, type Layout, layout, linkPath, type Placed, reveal, SCALES } from "../report/layout";
import { all, tree } from "./report_model";

const DEEP = tree("a", "a.b", "a.c", "a.c.x", "a.c.y", "d", "e", "e.f", "e.g");

function overlap(one: Placed, other: Placed): boolean {
  return Math.abs(one.x - other.x) < CARD.width && Math.abs(one.y - other.y) < CARD.height;
}

test("no card lies on another, and every card lies inside the picture", () => {
  const { cards, width, height } = layout(DEEP, all(DEEP));
  for (const [index, one] of cards.entries()) {
    expect(cards.slice(index + 1).filter((other) => overlap(one, other))).toEqual([]);
    expect(one.x >= 0 && one.y >= 0 && one.x + CARD.width <= width && one.y + CARD.height <= height).toBe(true);
  }
});

test("children stand to the right of their parent, in their order", () => {
  const { cards, links } = layout(DEEP, all(DEEP));
  expect(links.length).toBe(cards.length - 1);
  expect(links.every(({ from, to }) => to.x > from.x + CARD.width)).toBe(true);
  const column = cards.filter((card) => card.branch.parent === DEEP).map((card) => card.y);
  expect(column).toEqual([...column].sort((one, other) => one - other));
});

test("what is folded takes no room", () => {
  expect(layout(DEEP, new Set()).cards.map((card) => card.branch)).toEqual([DEEP]);
  expect(layout(DEEP, new Set([""])).height).toBeLessThan(layout(DEEP, all(DEEP)).height);
});

test("a line begins and ends at the cards' edges", () => {
  const placed = (x: number, y: number): Placed => ({ branch: DEEP, x, y });
  const path = linkPath(placed(0, 0), placed(300, 120));
  expect(path.startsWith(`M${CARD.width},${CARD.height / 2}H`)).toBe(true);
  expect(path.endsWith("H300")).toBe(true);
  expect(linkPath(placed(0, 0), placed(300, 0))).toBe(`M${CARD.width},${CARD.height / 2}H300`);
});

const PICTURE: Layout = { cards: [], links: [], width: 600, height: 300 };
const ROOT: Placed = { branch: DEEP, x: 0, y: 125 };

test("a small picture is shown in its size, in the middle", () => {
  expect(fit(PICTURE, 1056, 814, ROOT)).toEqual({ scale: 1, x: 228, y: 256 });
});

test("a large picture stays readable and shows the root", () => {
  const large = { ...PICTURE, width: 5000, height: 9000 };
  const view = fit(large, 1000, 600, { ...ROOT, y: 4500 });
  expect(view.scale).toBe(SCALES.readable);
  const rootOnScreen = (4500 + CARD.height / 2) * view.scale + view.y;
  expect(view.x).toBe(28);
  expect(rootOnScreen).toBeGreaterThan(56);
  expect(rootOnScreen).toBeLessThan(542);
});

test("what is on the screen already is revealed without a move", () => {
  const view = { x: 100, y: 100, scale: 1 };
  expect(reveal(view, { branch: DEEP, x: 50, y: 50 }, 1000, 800)).toEqual(view);
});

test("what is off the screen comes just inside", () => {
  const view = { x: 0, y: 0, scale: 0.5 };
  const far = { branch: DEEP, x: 4000, y: 4000 };
  const moved = reveal(view, far, 1000, 800);
  expect((far.x + CARD.width) * 0.5 + moved.x).toBe(972);
  expect((far.y + CARD.height) * 0.5 + moved.y).toBe(742);
});
