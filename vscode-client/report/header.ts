import type { Check, Report } from "./data";
import { CHECK_SIGNS, parameterCount, shapes } from "./details";
import { element } from "./dom";
import { duration, plural } from "./format";

export interface HeaderEvents {
  chooseReport(index: number): void;
  chooseCheck(check: Check): void;
}

/** The model's name, its verdict, what goes in and out, and the four checks. */
export function header(reports: readonly Report[], index: number, events: HeaderEvents): HTMLElement {
  const report = reports[index];
  if (report === undefined) {
    return element("header");
  }
  return element(
    "header",
    {},
    element("div", { class: "headline" }, title(reports, index, events), verdict(report), summary(report)),
    element("div", { class: "checks", role: "group", "aria-label": "Checks" }, ...report.checks.map((each) => tile(each, events))),
  );
}

function title(reports: readonly Report[], index: number, events: HeaderEvents): HTMLElement {
  const name = reports[index]?.model ?? "";
  if (reports.length === 1) {
    return element("h1", {}, ...splitName(name));
  }
  const options = reports.map((report, each) => element("option", { value: each, selected: each === index }, report.model));
  const choice = element("select", { "aria-label": "Model" }, ...options);
  choice.addEventListener("change", () => events.chooseReport(Number(choice.value)));
  return element("h1", {}, choice);
}

/** The name that one looks for stands out before its module. */
function splitName(model: string): (Node | string)[] {
  const cut = model.lastIndexOf(":") + 1;
  return [element("span", { class: "module" }, model.slice(0, cut)), model.slice(cut)];
}

function verdict(report: Report): HTMLElement {
  const failed = report.checks.filter((check) => check.status === "failed").length;
  const text = failed === 0 ? (report.findings.length === 0 ? "ready" : "passed") : `${failed} of ${report.checks.length} failed`;
  return element("span", { class: `verdict check-${failed === 0 ? "passed" : "failed"}` }, text);
}

function summary(report: Report): HTMLElement {
  const facts = [parameterCount(report), plural(report.findings.length, "finding"), duration(report.seconds)];
  const text = facts.filter((fact) => fact !== undefined).join(" · ");
  const flow =
    report.inputs.length + report.outputs.length === 0
      ? undefined
      : element("span", { class: "flow" }, shapes(report.inputs), element("span", { class: "arrow", "aria-label": "gives" }, "→"), shapes(report.outputs));
  return element("span", { class: "summary" }, element("span", {}, text), flow);
}

function tile(check: Check, events: HeaderEvents): HTMLElement {
  const time = check.status === "skipped" ? "skipped" : duration(check.seconds);
  const made = element(
    "button",
    { type: "button", class: `tile check-${check.status}`, title: check.message ?? undefined },
    element("span", { class: "sign", "aria-hidden": "true" }, CHECK_SIGNS[check.status]),
    element("span", { class: "tile-name" }, check.name),
    element("span", { class: "tile-time" }, time),
    element("span", { class: "unseen" }, check.status),
    element("span", { class: "tile-message", "aria-hidden": check.message === null ? "true" : undefined }, check.message ?? check.status),
  );
  made.addEventListener("click", () => events.chooseCheck(check));
  return made;
}
