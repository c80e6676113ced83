import { hierarchy, tree as tidyTree } from "d3-hierarchy";

import type { Branch } from "./tree";

export const CARD = { width: 204, height: 50 } as const;
const COLUMN = CARD.width + 52;
const ROW = CARD.height + 12;
/** Cousins stand a little further apart than siblings. */
const COUSINS = 1.25;

export interface Placed {
  readonly branch: Branch;
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  readonly cards: readonly Placed[];
  readonly links: readonly { readonly from: Placed; readonly to: Placed }[];
  readonly width: number;
  readonly height: number;
}

/** Where the cards stand, from left to right: a tidy tree, as compact as it gets without crossings. */
export function layout(root: Branch, unfolded: ReadonlySet<string>): Layout {
  const data = hierarchy(root, (branch) => (unfolded.has(branch.module.path) ? branch.children : undefined));
  const placed = tidyTree<Branch>()
    .nodeSize([ROW, COLUMN])
    .separation((one, other) => (one.parent === other.parent ? 1 : COUSINS))(data);
  const top = Math.min(...placed.descendants().map((node) => node.x));
  const cards = new Map<Branch, Placed>();
  placed.each((node) => cards.set(node.data, { branch: node.data, x: node.y, y: node.x - top }));
  const links = placed.links().map(({ source, target }) => ({
    from: at(cards, source.data),
    to: at(cards, target.data),
  }));
  const all = [...cards.values()];
  return {
    cards: all,
    links,
    width: Math.max(...all.map((card) => card.x)) + CARD.width,
    height: Math.max(...all.map((card) => card.y)) + CARD.height,
  };
}

function at(cards: ReadonlyMap<Branch, Placed>, branch: Branch): Placed {
  const placed = cards.get(branch);
  if (placed === undefined) {
    throw new Error(`${branch.module.path} has no place`);
  }
  return placed;
}

/** A line from the right edge of one card to the left edge of another, with soft corners. */
export function linkPath(from: Placed, to: Placed): string {
  const startX = from.x + CARD.width;
  const startY = from.y + CARD.height / 2;
  const endY = to.y + CARD.height / 2;
  const middle = (startX + to.x) / 2;
  const radius = Math.min(10, Math.abs(endY - startY) / 2);
  if (radius < 0.5) {
    return `M${startX},${startY}H${to.x}`;
  }
  const down = endY > startY ? radius : -radius;
  return (
    `M${startX},${startY}H${middle - radius}Q${middle},${startY} ${middle},${startY + down}` +
    `V${endY - down}Q${middle},${endY} ${middle + radius},${endY}H${to.x}`
  );
}

export interface View {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

export const SCALES = { smallest: 0.15, largest: 2, readable: 0.62, initial: 1 } as const;
/** What is kept free along the edges: the tools lie above, the legend below. */
const MARGIN = { side: 28, top: 56, bottom: 58 } as const;

/** The whole picture if it stays readable; else as small as that, beginning at the root. */
export function fit(picture: Layout, width: number, height: number, root: Placed): View {
  const roomAcross = width - 2 * MARGIN.side;
  const roomDown = height - MARGIN.top - MARGIN.bottom;
  const wanted = Math.min(roomAcross / picture.width, roomDown / picture.height);
  const scale = Math.min(SCALES.initial, Math.max(SCALES.readable, wanted));
  const spareAcross = roomAcross - picture.width * scale;
  const spareDown = roomDown - picture.height * scale;
  const rootMiddle = (root.y + CARD.height / 2) * scale;
  return {
    scale,
    x: MARGIN.side + Math.max(0, spareAcross / 2),
    y: MARGIN.top + (spareDown >= 0 ? spareDown / 2 : clamp(roomDown / 2 - rootMiddle, spareDown, 0)),
  };
}

/** The view moved as little as possible so that a card is wholly inside. */
export function reveal(view: View, card: Placed, width: number, height: number): View {
  const left = card.x * view.scale + view.x;
  const top = card.y * view.scale + view.y;
  const right = left + CARD.width * view.scale;
  const bottom = top + CARD.height * view.scale;
  return {
    scale: view.scale,
    x: view.x + inward(left, right, MARGIN.side, width - MARGIN.side),
    y: view.y + inward(top, bottom, MARGIN.top, height - MARGIN.bottom),
  };
}

function inward(start: number, end: number, least: number, most: number): number {
  if (start < least) {
    return least - start;
  }
  return end > most ? most - end : 0;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
