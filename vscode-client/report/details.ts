import { type Call, type Check, type Finding, type Module, type Place, type Report, STATE_LABELS, STATE_MEANINGS, STATE_SIGNS } from "./data";
import { type Child, element } from "./dom";
import { count, duration, placeLabel, plural, totalSeconds, typed } from "./format";
import type { Host } from "./host";
import type { Branch } from "./tree";

export const TABS = ["Module", "Findings", "Checks", "Output"] as const;
export type Tab = (typeof TABS)[number];

/** What stands in the panel beside the picture. */
export function details(tab: Tab, report: Report, selected: Branch | undefined, host: Host): HTMLElement {
  switch (tab) {
    case "Module":
      return selected === undefined ? nothing("This model was not built, so there are no modules to show.") : about(report, selected, host);
    case "Findings":
      return findings(report.findings, host, "Nothing was found.");
    case "Checks":
      return element("div", {}, ...report.checks.map((check) => checkDetails(check)));
    case "Output":
      return report.output.trim() === ""
        ? nothing("The model printed nothing.")
        : element("pre", { class: "output", tabindex: 0 }, report.output);
  }
}

function nothing(text: string): HTMLElement {
  return element("p", { class: "nothing" }, text);
}

function about(report: Report, branch: Branch, host: Host): HTMLElement {
  const { module } = branch;
  const time = totalSeconds(module);
  const said = module.findings.map((index) => report.findings[index]).filter((each) => each !== undefined);
  return element(
    "div",
    {},
    element("h2", { class: "path" }, module.path === "" ? branch.name : module.path),
    element("p", { class: "full-class" }, module.class),
    stateOf(module),
    facts([
      ["Parameters", module.parameters > 0 ? module.parameters.toLocaleString("en") : "none"],
      ["Time", time > 0 ? `${duration(time)}${share(branch)}` : undefined],
      ["Made at", placeLink(module.registered, host)],
      ["Class at", placeLink(module.defined, host)],
    ]),
    ...section(plural(module.calls.length, "call"), calls(module, host)),
    ...section(plural(said.length, "finding"), said.length > 0 ? findings(said, host, "") : undefined),
  );
}

function stateOf(module: Module): HTMLElement {
  const failed = module.failed.length > 0;
  return element(
    "p",
    { class: `state state-${module.state}` },
    element("span", { class: "sign", "aria-hidden": "true" }, STATE_SIGNS[module.state]),
    element("strong", {}, failed ? `Failed in ${listed(module.failed)}` : capital(STATE_LABELS[module.state])),
    failed ? "" : STATE_MEANINGS[module.state],
  );
}

/** `trace, export and onnx`. */
function listed(words: readonly string[]): string {
  const [last, ...others] = [...words].reverse();
  return others.length === 0 ? (last ?? "") : `${others.reverse().join(", ")} and ${last ?? ""}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function share(branch: Branch): string {
  let root = branch;
  while (root.parent !== undefined) {
    root = root.parent;
  }
  const whole = totalSeconds(root.module);
  const percent = whole > 0 ? Math.round((100 * totalSeconds(branch.module)) / whole) : 0;
  return root === branch || percent === 0 ? "" : `, ${percent} % of the model's`;
}

function facts(rows: [string, Child][]): HTMLElement {
  const known = rows.filter(([, value]) => value !== undefined);
  return element(
    "dl",
    {},
    ...known.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]),
  );
}

function section(title: string, content: HTMLElement | undefined): HTMLElement[] {
  return content === undefined ? [] : [element("h3", {}, title), content];
}

const MOST_CALLS = 50;

function calls(module: Module, host: Host): HTMLElement | undefined {
  const all: readonly Call[] = module.calls;
  if (all.length === 0) {
    return undefined;
  }
  const byNobody = module.path === "" ? "on the dummy input" : "called by torch";
  const rows = all.slice(0, MOST_CALLS).map((call) =>
    element(
      "li",
      { class: "call" },
      element(
        "div",
        { class: "call-head" },
        placeLink(call.place, host) ?? element("span", { class: "quiet" }, byNobody),
        element("span", { class: "quiet" }, duration(call.seconds)),
      ),
      element(
        "div",
        { class: "flow" },
        shapes(call.inputs),
        element("span", { class: "arrow", "aria-label": "gives" }, "→"),
        shapes(call.outputs),
      ),
    ),
  );
  const more = all.length > MOST_CALLS ? element("li", { class: "quiet" }, `and ${all.length - MOST_CALLS} more`) : undefined;
  return element("ol", { class: "calls" }, ...rows, more);
}

export function shapes(descriptions: readonly string[]): HTMLElement {
  const shown = descriptions.length === 0 ? ["nothing"] : descriptions;
  return element("span", { class: "shapes" }, ...shown.map((each) => element("code", { title: each }, typed(each))));
}

export function findings(all: readonly Finding[], host: Host, none: string): HTMLElement {
  if (all.length === 0) {
    return nothing(none);
  }
  return element("ul", { class: "findings" }, ...all.map((finding) => findingItem(finding, host)));
}

const EVIDENCE = { source: "in the code", run: "in the run", both: "in code and run" };

function findingItem(finding: Finding, host: Host): HTMLElement {
  return element(
    "li",
    { class: `finding severity-${finding.severity}` },
    element(
      "div",
      { class: "finding-head" },
      element("a", { class: "code", href: finding.url, title: finding.name }, finding.code),
      placeLink(finding, host),
      element("span", { class: "quiet" }, EVIDENCE[finding.evidence]),
    ),
    element("p", {}, ...inlineCode(finding.message)),
  );
}

/** `code` between backquotes becomes an element. */
function inlineCode(text: string): Child[] {
  return text.split("`").map((part, index) => (index % 2 === 1 ? element("code", {}, part) : part));
}

function placeLink(place: Place | null, host: Host): HTMLElement | undefined {
  if (place === null) {
    return undefined;
  }
  const link = element("a", { class: "place", href: host.link(place), title: place.filename }, placeLabel(place));
  if (host.isEditor) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      host.open(place);
    });
  }
  return link;
}

export const CHECK_SIGNS = { passed: "✓", failed: "✕", skipped: "–" } as const;

function checkDetails(check: Check): HTMLElement {
  const time = check.status === "skipped" ? "" : `, ${duration(check.seconds)}`;
  const detail = check.detail === null ? undefined : element("pre", { tabindex: 0 }, check.detail.trim());
  return element(
    "section",
    { class: "check-details", id: `check-${check.name}` },
    element(
      "h3",
      { class: `check-${check.status}` },
      element("span", { class: "sign", "aria-hidden": "true" }, CHECK_SIGNS[check.status]),
      `${check.name} ${check.status}${time}`,
    ),
    check.message === null ? undefined : element("p", {}, check.message),
    detail === undefined ? undefined : element("details", { open: check.status === "failed" }, element("summary", {}, "Everything it said"), detail),
  );
}

export function parameterCount(report: Report): string | undefined {
  const parameters = report.modules[0]?.parameters;
  return parameters === undefined ? undefined : `${count(parameters)} parameters`;
}
