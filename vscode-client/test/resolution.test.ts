import * as path from "node:path";
import { expect, test } from "vitest";

import type { Inspected } from "../src/python/inspect";
import { inspector } from "../src/python/inspect";
import { type Candidates, inOrder, NoServerError, resolveServer } from "../src/python/resolution";

const BUNDLE = path.resolve(import.meta.dirname, "../bundled");
const SCRIPT = path.join(BUNDLE, "launch.py");

const candidates = (given: Partial<Candidates> = {}): Candidates => ({
  setting: undefined,
  environment: undefined,
  trusted: true,
  platform: "linux",
  ...given,
});

/** Interpreters by name, with what each would say. */
const machine =
  (known: Record<string, Partial<Inspected>>) =>
  (interpreter: readonly string[]): Promise<Inspected | undefined> => {
    const said = known[interpreter.join(" ")];
    const standard: Inspected = { executable: `/bin/${interpreter[0]}`, version: [3, 12, 1], torchready: null };
    return Promise.resolve(said && { ...standard, ...said });
  };

test("the setting comes first, then the Python extension's environment, then the system's", () => {
  const given = candidates({ setting: ["a"], environment: ["b"] });
  expect(inOrder(given)).toEqual([["a"], ["b"], ["python3"], ["python"]]);
});

test("on Windows the launcher stands for python3", () => {
  expect(inOrder(candidates({ platform: "win32" }))).toEqual([["py", "-3"], ["python"]]);
});

test("in a workspace that is not trusted the environment's interpreter is not run", () => {
  const given = candidates({ setting: ["a"], environment: ["w/.venv/bin/python"], trusted: false });
  expect(inOrder(given)).toEqual([["a"], ["python3"], ["python"]]);
});

test("the bundled server runs in the first interpreter that is recent enough", async () => {
  const inspect = machine({ old: { version: [3, 9, 2] }, python3: {} });
  const launch = await resolveServer(candidates({ setting: ["old"] }), "useBundled", BUNDLE, "1.2.3", inspect);
  expect(launch).toEqual({
    command: ["python3", "-I", SCRIPT, "server"],
    source: "bundled",
    version: "1.2.3",
  });
});

test("a command with arguments keeps them", async () => {
  const inspect = machine({ "conda run python": {} });
  const given = candidates({ setting: ["conda", "run", "python"] });
  const launch = await resolveServer(given, "useBundled", BUNDLE, "1", inspect);
  expect(launch.command).toEqual(["conda", "run", "python", "-I", SCRIPT, "server"]);
});

test("where none will do, the message says what was tried", async () => {
  const inspect = machine({ python: { version: [2, 7, 18] } });
  const error = await resolveServer(candidates(), "useBundled", BUNDLE, "1", inspect).catch((each: unknown) => each);
  expect(error).toBeInstanceOf(NoServerError);
  expect((error as NoServerError).missing).toBe("interpreter");
  expect((error as Error).message).toBe(
    "torchready needs Python 3.10 or newer: python3 does not run, python is Python 2.7.18.",
  );
});

test("the environment's own torchready is started when that is asked for", async () => {
  const inspect = machine({ env: { torchready: "9.9.9" } });
  const launch = await resolveServer(candidates({ environment: ["env"] }), "fromEnvironment", BUNDLE, "1", inspect);
  expect(launch).toEqual({
    command: ["env", "-I", SCRIPT, "--from-environment", "server"],
    source: "environment",
    version: "9.9.9",
  });
});

test("an environment without torchready is not passed over in silence", async () => {
  const inspect = machine({ env: {}, python3: { torchready: "1" } });
  const given = candidates({ environment: ["env"] });
  const error = await resolveServer(given, "fromEnvironment", BUNDLE, "1", inspect).catch((each: unknown) => each);
  expect((error as NoServerError).missing).toBe("torchready");
  expect((error as Error).message).toContain("torchready is not installed in /bin/env");
});

test("a real interpreter tells its version, and what does not exist tells nothing", async () => {
  const inspect = inspector(BUNDLE);
  const found = (await inspect(["python3"])) ?? (await inspect(["python"]));
  expect(found?.version[0]).toBe(3);
  expect(await inspect(["there-is-no-such-python"])).toBeUndefined();
});
