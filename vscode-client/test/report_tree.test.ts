import { expect, test } from "vitest";

import { allUnfolded, ancestorsOf, branchesOf, firstUnfolded, treeOf, visible } from "../report/tree";
import { all, branch, module, tree } from "./report_model";

test("no modules make no tree", () => {
  expect(treeOf([], "Net")).toBeUndefined();
});

test("paths become a tree, and each module is called what its parent calls it", () => {
  const root = tree("stem", "stem.conv", "head");
  expect(root.name).toBe("Net");
  expect(root.children.map((child) => child.name)).toEqual(["stem", "head"]);
  expect(branch(root, "stem.conv").name).toBe("conv");
  expect(ancestorsOf(branch(root, "stem.conv")).map((above) => above.name)).toEqual(["stem", "Net"]);
});

test("a module whose parent is missing hangs from the nearest that is there", () => {
  const root = tree("a", "a.b.c");
  expect(branch(root, "a.b.c").parent?.name).toBe("a");
  expect(branch(root, "a.b.c").name).toBe("b.c");
});

test("a branch knows the worst that is inside of it, and how many are in trouble", () => {
  const root = tree("a", "a.one=functional", "a.two=failed", "a.two.three=reused", "b=unused");
  expect([root.worstInside, root.troubled]).toEqual(["failed", 3]);
  expect([branch(root, "a.two").worstInside, branch(root, "a.two").troubled]).toEqual(["reused", 1]);
  expect([branch(root, "b").worstInside, branch(root, "b").troubled]).toEqual(["fine", 0]);
});

test("at first upper levels are unfolded as far as there is room", () => {
  const blocks = Array.from({ length: 10 }, (_, number) => `block${number}`);
  const root = tree(...blocks.flatMap((block) => [block, `${block}.conv`, `${block}.norm`, `${block}.relu`]));
  const unfolded = firstUnfolded(root, 14);
  expect([...unfolded]).toEqual(["", "block0", "block1"]);
  expect([...visible(root, unfolded)].length).toBe(1 + 10 + 6);
});

test("the way to what failed is unfolded, however deep", () => {
  const others = Array.from({ length: 14 }, (_, number) => `other${number}`);
  const root = tree(...others, "a", "a.b", "a.b.c", "a.b.c.d=failed", "a.b.x");
  expect([...firstUnfolded(root, 14)]).toEqual(["", "a.b.c", "a.b", "a"]);
});

test("thousands of failures do not unfold everything", () => {
  const blocks = Array.from({ length: 2000 }, (_, number) => `layers.${number}`);
  const modules = ["", "layers", ...blocks, ...blocks.map((block) => `${block}.head`)];
  const root = treeOf(
    modules.map((path) => module(path, path.endsWith("head") ? "failed" : "fine")),
    "Net",
  );
  expect(root && [...visible(root, firstUnfolded(root))].length).toBeLessThan(2100);
});

test("what is visible comes in reading order", () => {
  const root = tree("a", "a.b", "c", "c.d");
  expect([...visible(root, new Set(["", "c"]))].map((each) => each.module.path)).toEqual(["", "a", "c", "c.d"]);
  expect([...visible(root, all(root))]).toEqual([...branchesOf(root)]);
});

test("unfold all unfolds all, but no more cards than anybody can read", () => {
  const root = tree("a", "a.b", "a.b.c", "d", "d.e");
  expect([...visible(root, allUnfolded(root))].length).toBe(6);
  expect([...allUnfolded(root, 4)]).toEqual(["", "a"]);
});
