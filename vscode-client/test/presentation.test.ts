import { expect, test } from "vitest";

import type { ServerState } from "../src/server/lifecycle";
import { present } from "../src/status/presentation";

const RUNNING: ServerState = { kind: "running", launch: { command: [], source: "bundled", version: "1.0" } };

test("ready, with which server", () => {
  const shown = present(RUNNING, undefined, true);
  expect(shown).toEqual({ text: "$(check) torchready", tooltip: "torchready 1.0, bundled", severity: "none", busy: false });
});

test("verifying names the check", () => {
  const shown = present(RUNNING, { state: "verifying", message: "", model: "net:Net", check: "trace" }, true);
  expect(shown.text).toBe("$(sync~spin) torchready: trace");
  expect(shown.tooltip).toBe("Verifying net:Net: trace.");
  expect(shown.busy).toBe(true);
});

test("failed gives the reason", () => {
  const shown = present(RUNNING, { state: "failed", message: "onnx failed: aten::foo", model: "a.net:Net" }, true);
  expect(shown).toMatchObject({ text: "$(error) torchready: Net", tooltip: "onnx failed: aten::foo", severity: "error" });
});

test("a workspace that is not trusted is shown as such", () => {
  expect(present(RUNNING, undefined, false).text).toBe("$(shield) torchready");
});

test("a server that is not there counts more than what it said last", () => {
  const said = { state: "ready", message: "all passed" } as const;
  expect(present({ kind: "failed", reason: "no Python" }, said, true)).toMatchObject({ tooltip: "no Python" });
  expect(present({ kind: "restarting", reason: "its server stopped" }, said, true).busy).toBe(true);
  expect(present({ kind: "stopped" }, said, true).text).toBe("$(circle-slash) torchready");
});
