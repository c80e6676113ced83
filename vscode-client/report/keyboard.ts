import { type Branch, visible } from "./tree";

/** What a key does in the tree; the pattern is that of WAI-ARIA's tree view. */
export type KeyAction =
  | { readonly kind: "select"; readonly branch: Branch }
  | { readonly kind: "unfold" | "fold"; readonly branch: Branch }
  | { readonly kind: "unfoldSiblings"; readonly branch: Branch }
  | { readonly kind: "jump"; readonly branch: Branch };

export function keyAction(key: string, current: Branch, root: Branch, unfolded: ReadonlySet<string>): KeyAction | undefined {
  const open = unfolded.has(current.module.path) && current.children.length > 0;
  switch (key) {
    case "ArrowDown":
      return neighbour(current, root, unfolded, 1);
    case "ArrowUp":
      return neighbour(current, root, unfolded, -1);
    case "ArrowRight":
      if (current.children.length === 0) {
        return undefined;
      }
      return open ? select(current.children[0]) : { kind: "unfold", branch: current };
    case "ArrowLeft":
      return open ? { kind: "fold", branch: current } : select(current.parent);
    case "Home":
      return select(root);
    case "End":
      return select([...visible(root, unfolded)].at(-1));
    case "*":
      return { kind: "unfoldSiblings", branch: current };
    case " ":
      return current.children.length > 0 ? { kind: open ? "fold" : "unfold", branch: current } : undefined;
    case "Enter":
      return { kind: "jump", branch: current };
    default:
      return typed(key, current, root, unfolded);
  }
}

function select(branch: Branch | undefined): KeyAction | undefined {
  return branch && { kind: "select", branch };
}

function neighbour(current: Branch, root: Branch, unfolded: ReadonlySet<string>, step: number): KeyAction | undefined {
  const order = [...visible(root, unfolded)];
  return select(order[order.indexOf(current) + step]);
}

/** A letter goes to the next module whose name begins with it. */
function typed(key: string, current: Branch, root: Branch, unfolded: ReadonlySet<string>): KeyAction | undefined {
  if (key.length !== 1 || key.trim() === "") {
    return undefined;
  }
  const order = [...visible(root, unfolded)];
  const here = order.indexOf(current);
  const following = [...order.slice(here + 1), ...order.slice(0, here)];
  return select(following.find((branch) => branch.name.toLowerCase().startsWith(key.toLowerCase())));
}
