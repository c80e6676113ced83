import { STATE_LABELS, STATE_SIGNS } from "./data";
import { type Child, element } from "./dom";
import { count, duration, outcome, plural, shortClass, totalSeconds } from "./format";
import type { Shown } from "./picture";
import { ancestorsOf, type Branch } from "./tree";

/** The card of one module; what depends on what is shown is set by `updateCard`. */
export function makeCard(branch: Branch): HTMLElement {
  const { module } = branch;
  const calls = module.calls.length;
  const level = ancestorsOf(branch).length + 1;
  const siblings = branch.parent?.children ?? [branch];
  return element(
    "div",
    {
      class: `card state-${module.state}`,
      role: "treeitem",
      "aria-level": level,
      "aria-setsize": siblings.length,
      "aria-posinset": siblings.indexOf(branch) + 1,
      title: tooltip(branch),
    },
    element("span", { class: "sign", "aria-hidden": "true" }, STATE_SIGNS[module.state]),
    element(
      "span",
      { class: "lines" },
      element(
        "span",
        { class: "line" },
        element("span", { class: "name" }, ...nameOf(branch)),
        calls > 1 ? element("span", { class: "times", "aria-hidden": "true" }, `×${calls}`) : undefined,
      ),
      element(
        "span",
        { class: "line" },
        element("span", { class: "class" }, shortClass(module.class)),
        element("span", { class: "shape" }, outcome(module)),
      ),
    ),
    element("span", { class: "unseen" }, unseen(branch)),
    timeBar(branch),
    branch.children.length > 0 ? element("span", { class: "fold", "aria-hidden": "true" }) : undefined,
  );
}

/** A number alone says nothing: the second of `stage1` is `stage1.1`. */
function nameOf(branch: Branch): Child[] {
  if (!/^\d+$/.test(branch.name) || branch.parent === undefined) {
    return [branch.name];
  }
  return [element("span", { class: "of" }, `${branch.parent.name}.`), branch.name];
}

/** How much of the model's time a module took, as a line along the card's lower edge. */
function timeBar(branch: Branch): HTMLElement | undefined {
  const root = ancestorsOf(branch).at(-1) ?? branch;
  const whole = totalSeconds(root.module);
  const share = whole > 0 ? totalSeconds(branch.module) / whole : 0;
  return share > 0 ? element("span", { class: "share", style: `width: ${(100 * Math.min(1, share)).toFixed(1)}%` }) : undefined;
}

export function updateCard(card: HTMLElement, branch: Branch, shown: Shown): void {
  const isUnfolded = shown.unfolded.has(branch.module.path);
  const isSelected = shown.selected === branch;
  card.tabIndex = isSelected ? 0 : -1;
  card.setAttribute("aria-selected", String(isSelected));
  card.classList.toggle("faded", isFaded(branch, shown));
  card.classList.toggle("found", shown.query !== "" && matches(branch, shown.query));
  if (branch.children.length === 0) {
    return;
  }
  card.setAttribute("aria-expanded", String(isUnfolded));
  const fold = card.querySelector(".fold");
  if (fold !== null) {
    fold.textContent = isUnfolded ? "−" : String(branch.troubled > 0 ? branch.troubled : "+");
    fold.className = isUnfolded || branch.troubled === 0 ? "fold" : `fold state-${branch.worstInside}`;
  }
}

function isFaded(branch: Branch, shown: Shown): boolean {
  if (shown.query !== "") {
    return !matches(branch, shown.query);
  }
  return shown.wanted.size > 0 && !shown.wanted.has(branch.module.state);
}

export function matches(branch: Branch, query: string): boolean {
  const wanted = query.toLowerCase();
  return branch.module.path.toLowerCase().includes(wanted) || branch.module.class.toLowerCase().includes(wanted);
}

/** What a screen reader says of a card after what stands on it. */
function unseen(branch: Branch): string {
  const { module } = branch;
  const failed = module.failed.length > 0 ? ` (${module.failed.join(", ")})` : "";
  const parts = [
    `${STATE_LABELS[module.state]}${failed}`,
    module.calls.length > 1 ? `called ${module.calls.length} times` : undefined,
    branch.troubled > 0 ? `${plural(branch.troubled, "module")} with findings inside` : undefined,
  ];
  return parts.filter((part) => part !== undefined).join(", ");
}

function tooltip(branch: Branch): string {
  const { module } = branch;
  const time = totalSeconds(module);
  const facts = [
    module.path === "" ? branch.name : module.path,
    module.class,
    STATE_LABELS[module.state],
    module.parameters > 0 ? `${count(module.parameters)} parameters` : undefined,
    time > 0 ? duration(time) : undefined,
  ];
  return facts.filter((fact) => fact !== undefined).join("\n");
}
