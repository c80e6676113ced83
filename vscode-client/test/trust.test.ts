import { beforeEach, expect, test } from "vitest";

import { mayRun } from "../src/trust";
import { editor } from "./editor";

beforeEach(() => {
  Object.assign(editor, { trusted: true, warnings: [], executed: [], answer: undefined });
});

test("a trusted workspace may run models, without a word", () => {
  expect(mayRun()).toBe(true);
  expect(editor.warnings).toEqual([]);
});

test("one that is not trusted may not, and the user reads how to change that", async () => {
  editor.trusted = false;
  editor.answer = "Manage Workspace Trust";
  expect(mayRun()).toBe(false);
  await Promise.resolve();
  expect(editor.warnings).toEqual([
    "torchready checks your code, but does not run your model: this workspace is not trusted.",
  ]);
  expect(editor.executed).toEqual([["workbench.trust.manage"]]);
});

test("who closes the message changes nothing", async () => {
  editor.trusted = false;
  mayRun();
  await Promise.resolve();
  expect(editor.executed).toEqual([]);
});
