import { expect, test } from "vitest";

import { keyAction } from "../report/keyboard";
import { branch, tree } from "./report_model";

const ROOT = tree("stem", "stem.conv", "stem.norm", "head", "tail");

/** What a key does at a module, as `kind path`. */
function press(key: string, path: string, ...unfolded: string[]): string | undefined {
  const action = keyAction(key, branch(ROOT, path), ROOT, new Set(["", ...unfolded]));
  return action && `${action.kind} ${action.branch.module.path}`;
}

test("down and up go through what is visible and stop at the ends", () => {
  expect(press("ArrowDown", "stem")).toBe("select head");
  expect(press("ArrowDown", "stem", "stem")).toBe("select stem.conv");
  expect(press("ArrowUp", "head", "stem")).toBe("select stem.norm");
  expect(press("ArrowUp", "")).toBeUndefined();
  expect(press("ArrowDown", "tail")).toBeUndefined();
});

test("right unfolds, then goes to the first child; left folds, then goes to the parent", () => {
  expect(press("ArrowRight", "stem")).toBe("unfold stem");
  expect(press("ArrowRight", "stem", "stem")).toBe("select stem.conv");
  expect(press("ArrowRight", "head")).toBeUndefined();
  expect(press("ArrowLeft", "stem", "stem")).toBe("fold stem");
  expect(press("ArrowLeft", "stem.conv", "stem")).toBe("select stem");
});

test("home, end, enter, space and star", () => {
  expect(press("Home", "tail")).toBe("select ");
  expect(press("End", "stem")).toBe("select tail");
  expect(press("Enter", "head")).toBe("jump head");
  expect(press(" ", "stem")).toBe("unfold stem");
  expect(press(" ", "stem", "stem")).toBe("fold stem");
  expect(press("*", "stem")).toBe("unfoldSiblings stem");
});

test("a letter goes to the next name that begins with it, and around", () => {
  expect(press("t", "stem")).toBe("select tail");
  expect(press("S", "tail")).toBe("select stem");
  expect(press("q", "stem")).toBeUndefined();
  expect(press("Tab", "stem")).toBeUndefined();
});
