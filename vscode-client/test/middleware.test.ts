import { expect, test } from "vitest";
import type { CancellationToken, CodeLens, TextDocument } from "vscode";

import { type Hooks, middleware } from "../src/server/middleware";

const TOKEN = {} as CancellationToken;

function parts(given: Partial<Hooks> = {}): { readonly seen: string[]; readonly hooks: Hooks } {
  const seen: string[] = [];
  const hooks = { environment: () => undefined, mayRun: () => true, sawModel: (model: string) => seen.push(model) };
  return { seen, hooks: { ...hooks, ...given } };
}

async function settings(hooks: Hooks, ...items: { section?: string; scopeUri?: string }[]): Promise<unknown> {
  const given = { interpreter: ".venv/bin/python", configuration: "${workspaceFolder}/strict.toml" };
  const next = (): unknown[] => items.map((item) => (item.scopeUri === undefined ? {} : given));
  return middleware(hooks).workspace?.configuration?.({ items }, TOKEN, next);
}

test("each folder's settings come with the environment that was chosen for it", async () => {
  const { hooks } = parts({ environment: (folder) => (folder === undefined ? undefined : [`${String(folder)}/python`]) });
  const answers = await settings(hooks, { section: "torchready", scopeUri: "file:///a" }, { section: "torchready" });
  expect(answers).toMatchObject([{ environment: ["file:///a/python"] }, { environment: null }]);
});

test("paths in them are the server's too, which lives in another folder", async () => {
  const answers = await settings(parts().hooks, { section: "torchready", scopeUri: "file:///a" }, { section: "torchready" });
  expect(answers).toMatchObject([
    { interpreter: ["/a/.venv/bin/python"], configuration: "/a/strict.toml" },
    { interpreter: null, configuration: null },
  ]);
});

test("other sections are left alone", async () => {
  expect(await settings(parts().hooks, { section: "editor" })).toEqual([{}]);
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
