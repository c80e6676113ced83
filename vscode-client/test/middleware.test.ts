import { expect, test } from "vitest";
import type { CancellationToken, CodeLens, TextDocument } from "vscode";

import { type Hooks, middleware } from "../src/server/middleware";
import { command } from "../src/settings";

const TOKEN = {} as CancellationToken;

function parts(given: Partial<Hooks> = {}): { readonly seen: string[]; readonly hooks: Hooks } {
  const seen: string[] = [];
  const hooks = { environment: () => undefined, mayRun: () => true, sawModel: (model: string) => seen.push(model) };
  return { seen, hooks: { ...hooks, ...given } };
}

async function settings(hooks: Hooks, ...items: { section?: string; scopeUri?: string }[]): Promise<unknown> {
  const next = (): unknown[] => items.map(() => ({ enable: true }));
  return middleware(hooks).workspace?.configuration?.({ items }, TOKEN, next);
}

test("each folder's settings come with the environment that was chosen for it", async () => {
  const { hooks } = parts({ environment: (folder) => (folder === undefined ? undefined : [`${String(folder)}/python`]) });
  const answers = await settings(hooks, { section: "torchready", scopeUri: "file:///a" }, { section: "torchready" });
  expect(answers).toEqual([
    { enable: true, environment: ["file:///a/python"] },
    { enable: true, environment: null },
  ]);
});

test("other sections are left alone", async () => {
  expect(await settings(parts().hooks, { section: "editor" })).toEqual([{ enable: true }]);
});

test("where nothing may run, verify does not reach the server; everything else does", () => {
  const reached: string[] = [];
  const { executeCommand } = middleware(parts({ mayRun: () => false }).hooks);
  for (const name of ["torchready.verify", "torchready.applyFixAll"]) {
    void executeCommand?.(name, [], (each) => void reached.push(each));
  }
  expect(reached).toEqual(["torchready.applyFixAll"]);
});

test("behind each lens that verifies a model stands one that opens its report", async () => {
  const { seen, hooks } = parts();
  const verify = { title: "verify", command: "torchready.verify", arguments: [{ model: "net:Net" }] };
  const other = { title: "show", command: "torchready.showDetail", arguments: [{ uri: "torchready:/x" }] };
  const given = [{ range: 1, command: verify }, { range: 1, command: other }] as unknown as CodeLens[];
  const lenses = await middleware(hooks).provideCodeLenses?.({} as TextDocument, TOKEN, () => given);
  expect(lenses?.map((lens) => [lens.command?.command, lens.command?.arguments])).toEqual([
    ["torchready.verify", [{ model: "net:Net" }]],
    ["torchready.openReport", ["net:Net"]],
    ["torchready.showDetail", [{ uri: "torchready:/x" }]],
  ]);
  expect(seen).toEqual(["net:Net"]);
});

test("a command is a word or a list of words", () => {
  expect(command("/a/python")).toEqual(["/a/python"]);
  expect(command(["py", "-3"])).toEqual(["py", "-3"]);
  expect([command(null), command(""), command([]), command([1, ""])]).toEqual([undefined, undefined, undefined, undefined]);
});
