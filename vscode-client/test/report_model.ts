import type { Module, State } from "../report/data";
import { type Branch, branchesOf, treeOf } from "../report/tree";

export function module(path: string, state: State = "fine", given: Partial<Module> = {}): Module {
  const name = `pkg.${path === "" ? "Net" : "Block"}`;
  const standard = { parameters: 0, failed: [], findings: [], defined: null, registered: null, calls: [] };
  return { path, class: name, state, ...standard, ...given };
}

/** The tree of modules with these paths; `path=state` for those that are not fine. */
export function tree(...paths: string[]): Branch {
  const modules = ["", ...paths].map((each) => {
    const [path = "", state] = each.split("=");
    return module(path, (state ?? "fine") as State);
  });
  const root = treeOf(modules, "Net");
  if (root === undefined) {
    throw new Error("there is always a root");
  }
  return root;
}

export function branch(root: Branch, path: string): Branch {
  const found = [...branchesOf(root)].find((each) => each.module.path === path);
  if (found === undefined) {
    throw new Error(`there is no ${path}`);
  }
  return found;
}

export const all = (root: Branch): Set<string> => new Set([...branchesOf(root)].map((each) => each.module.path));
