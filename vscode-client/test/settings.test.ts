import * as os from "node:os";
import * as path from "node:path";
import { afterEach, expect, test } from "vitest";

import { interpreterCommand, substituted } from "../src/settings";

const FOLDER = path.resolve("/work/project");

afterEach(() => {
  delete process.env.SOME_ENVIRONMENT;
});

test.each([
  ["/opt/python", "/opt/python"],
  [".venv/bin/python", "/work/project/.venv/bin/python"],
  ["${workspaceFolder}/.venv/bin/python", "/work/project/.venv/bin/python"],
  ["python3.12", "python3.12"],
])("the interpreter %s is %s", (given, expected) => {
  expect(interpreterCommand(given, FOLDER)).toEqual([expected.startsWith("/") ? path.resolve(expected) : expected]);
});

test("an empty setting names no interpreter", () => {
  expect([interpreterCommand("", FOLDER), interpreterCommand(" ", FOLDER), interpreterCommand(null, FOLDER)]).toEqual(
    Array(3).fill(undefined),
  );
});

test("variables are those of VS Code's own settings", () => {
  process.env.SOME_ENVIRONMENT = "/some/environment";
  expect(substituted("${env:SOME_ENVIRONMENT}/bin/python", FOLDER)).toBe("/some/environment/bin/python");
  expect(substituted("${env:NOT_THERE}x", FOLDER)).toBe("x");
  expect(substituted("${userHome}/a ~/b", FOLDER)).toBe(`${os.homedir()}/a ~/b`);
  expect(substituted("~/b", undefined)).toBe(`${os.homedir()}/b`);
});
