import type { Module, State } from "./data";
import { STATES } from "./data";

/** A module with its children, and what is inside of it when it is folded. */
export interface Branch {
  readonly module: Module;
  /** The last part of the path: what the parent calls it. */
  readonly name: string;
  readonly parent: Branch | undefined;
  readonly children: Branch[];
  /** The worst state inside, this module left out. */
  worstInside: State;
  /** How many modules inside are in a state that is not fine. */
  troubled: number;
}

/** So many rows are shown at first; the rest is folded. */
export const FIRST_ROWS = 14;
/** More cards than that at once nobody can read, and browsers become slow. */
const MOST_CARDS = 1000;

/** The tree of modules that are listed parents first; undefined where there are none. */
export function treeOf(modules: readonly Module[], name: string): Branch | undefined {
  const branches = new Map<string, Branch>();
  for (const module of modules) {
    const parent = module.path === "" ? undefined : nearest(branches, module.path);
    const known = parent === undefined || parent.module.path === "" ? 0 : parent.module.path.length + 1;
    const label = module.path === "" ? name : module.path.slice(known);
    const branch: Branch = { module, name: label, parent, children: [], worstInside: "fine", troubled: 0 };
    parent?.children.push(branch);
    branches.set(module.path, branch);
  }
  for (const branch of [...branches.values()].reverse()) {
    sumUp(branch);
  }
  return branches.get("");
}

function nearest(branches: ReadonlyMap<string, Branch>, path: string): Branch | undefined {
  for (let end = path.lastIndexOf("."); end > 0; end = path.lastIndexOf(".", end - 1)) {
    const found = branches.get(path.slice(0, end));
    if (found !== undefined) {
      return found;
    }
  }
  return branches.get("");
}

function sumUp(branch: Branch): void {
  for (const child of branch.children) {
    branch.worstInside = worse(branch.worstInside, worse(child.module.state, child.worstInside));
    branch.troubled += child.troubled + (isTrouble(child.module.state) ? 1 : 0);
  }
}

export function isTrouble(state: State): boolean {
  return state !== "fine" && state !== "unused";
}

export function worse(one: State, other: State): State {
  return STATES.indexOf(one) <= STATES.indexOf(other) ? one : other;
}

export function* branchesOf(root: Branch): Generator<Branch> {
  yield root;
  for (const child of root.children) {
    yield* branchesOf(child);
  }
}

export function ancestorsOf(branch: Branch): Branch[] {
  const above: Branch[] = [];
  for (let parent = branch.parent; parent !== undefined; parent = parent.parent) {
    above.push(parent);
  }
  return above;
}

/** What is unfolded at first: the upper levels as far as there is room, and the way to what failed. */
export function firstUnfolded(root: Branch, rows = FIRST_ROWS): Set<string> {
  const unfolded = new Set<string>();
  let shown = 1;
  const waiting = [root];
  for (let branch = waiting.shift(); branch !== undefined; branch = waiting.shift()) {
    const more = branch.children.length - 1;
    if (branch.children.length > 0 && (branch === root || shown + more <= rows)) {
      unfolded.add(branch.module.path);
      shown += more;
      waiting.push(...branch.children);
    }
  }
  for (const branch of branchesOf(root)) {
    if (branch.module.state === "failed" && shown <= 2 * rows) {
      for (const above of ancestorsOf(branch)) {
        shown += unfolded.has(above.module.path) ? 0 : above.children.length - 1;
        unfolded.add(above.module.path);
      }
    }
  }
  return unfolded;
}

/** What "unfold all" unfolds: everything, or of a very large model the upper levels. */
export function allUnfolded(root: Branch, mostCards = MOST_CARDS): Set<string> {
  const unfolded = new Set<string>();
  let cards = 1;
  const waiting = [root];
  for (let branch = waiting.shift(); branch !== undefined; branch = waiting.shift()) {
    if (branch.children.length > 0 && (branch === root || cards + branch.children.length <= mostCards)) {
      unfolded.add(branch.module.path);
      cards += branch.children.length;
      waiting.push(...branch.children);
    }
  }
  return unfolded;
}

/** The branches that are on the screen, in the order in which arrow keys go through them. */
export function* visible(root: Branch, unfolded: ReadonlySet<string>): Generator<Branch> {
  yield root;
  if (unfolded.has(root.module.path)) {
    for (const child of root.children) {
      yield* visible(child, unfolded);
    }
  }
}
