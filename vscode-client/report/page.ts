import { matches } from "./card";
import { type Report, type State, STATE_LABELS, STATE_SIGNS, STATES } from "./data";
import { details, type Tab, TABS } from "./details";
import { button, element } from "./dom";
import { placeOf } from "./format";
import { header } from "./header";
import type { Host } from "./host";
import { Picture } from "./picture";
import { allUnfolded, ancestorsOf, type Branch, branchesOf, firstUnfolded, treeOf } from "./tree";

/** The page: its state, and what is drawn of it. */
export class Page {
  private reports: readonly Report[] = [];
  private index = 0;
  private root: Branch | undefined;
  private selected: Branch | undefined;
  private unfolded: ReadonlySet<string> = new Set();
  private wanted: ReadonlySet<State> = new Set();
  private query = "";
  private tab: Tab = "Module";
  private readonly top = element("div", { class: "top" });
  private readonly legend = element("div", { class: "legend", role: "group", "aria-label": "Show states" });
  private readonly panel = element("div", { class: "panel-body", role: "tabpanel", id: "panel", "aria-live": "polite" });
  private readonly tabs = element("div", { class: "tabs", role: "tablist", "aria-label": "Details" });
  private readonly picture = new Picture({
    select: (branch) => this.select(branch),
    fold: (branches, unfold) => this.fold(branches, unfold),
    jump: (branch) => this.jump(branch),
  });

  constructor(
    place: HTMLElement,
    private readonly host: Host,
  ) {
    const stage = element("main", { class: "stage", "aria-label": "Modules" }, this.picture.element, this.legend, this.tools());
    const panel = element("aside", { class: "panel", "aria-label": "Details" }, this.tabs, this.panel);
    place.replaceChildren(this.top, element("div", { class: "body" }, stage, panel));
    this.tabs.addEventListener("keydown", (event) => this.tabKey(event));
    new ResizeObserver(() => this.picture.resized()).observe(this.picture.element);
  }

  /** New reports; what was selected and unfolded stays so where it still exists. */
  show(reports: readonly Report[]): void {
    const before = this.reports[this.index]?.model;
    this.reports = reports;
    const same = reports.findIndex((report) => report.model === before);
    this.choose(Math.max(0, same), same >= 0);
  }

  private get report(): Report | undefined {
    return this.reports[this.index];
  }

  private choose(index: number, keep: boolean): void {
    this.index = index;
    const report = this.report;
    if (report === undefined) {
      return;
    }
    this.root = treeOf(report.modules, report.model.slice(report.model.lastIndexOf(":") + 1));
    const all = this.root === undefined ? [] : [...branchesOf(this.root)];
    const kept = keep ? all.find((branch) => branch.module.path === this.selected?.module.path) : undefined;
    this.selected = kept ?? this.root;
    if (!keep) {
      this.unfolded = this.root === undefined ? new Set() : firstUnfolded(this.root);
      this.tab = this.root === undefined ? "Checks" : "Module";
    }
    this.draw();
  }

  private draw(): void {
    const report = this.report;
    if (report === undefined) {
      return;
    }
    this.top.replaceChildren(
      header(this.reports, this.index, {
        chooseReport: (index) => this.choose(index, false),
        chooseCheck: (check) => this.openTab("Checks", `check-${check.name}`),
      }),
    );
    this.drawPanel();
    this.drawPicture();
    this.drawLegend();
  }

  private drawPicture(): void {
    const { root, selected, unfolded, wanted, query } = this;
    this.picture.element.classList.toggle("empty", root === undefined);
    if (root !== undefined && selected !== undefined) {
      this.picture.draw({ root, selected, unfolded, wanted, query }, root.name);
    }
  }

  private drawLegend(): void {
    const modules = this.report?.modules ?? [];
    const present = STATES.filter((state) => modules.some((module) => module.state === state));
    const chips = present.map((state) => {
      const number = modules.filter((module) => module.state === state).length;
      const chip = button("", () => this.toggle(state), {
        class: `chip state-${state}`,
        "aria-pressed": String(this.wanted.has(state)),
      });
      chip.append(element("span", { class: "sign", "aria-hidden": "true" }, STATE_SIGNS[state]), `${STATE_LABELS[state]} ${number}`);
      return chip;
    });
    this.legend.replaceChildren(...chips);
  }

  private drawPanel(): void {
    const report = this.report;
    if (report === undefined) {
      return;
    }
    this.tabs.replaceChildren(...TABS.map((tab) => this.tabButton(tab, report)));
    this.panel.setAttribute("aria-labelledby", `tab-${this.tab}`);
    this.panel.replaceChildren(details(this.tab, report, this.selected, this.host));
    this.panel.scrollTop = 0;
  }

  private tabButton(tab: Tab, report: Report): HTMLElement {
    const isChosen = tab === this.tab;
    const label = tab === "Findings" && report.findings.length > 0 ? `${tab} ${report.findings.length}` : tab;
    return button(label, () => this.openTab(tab), {
      role: "tab",
      id: `tab-${tab}`,
      "aria-controls": "panel",
      "aria-selected": String(isChosen),
      tabindex: isChosen ? 0 : -1,
    });
  }

  private openTab(tab: Tab, anchor?: string): void {
    this.tab = tab;
    this.drawPanel();
    if (anchor !== undefined) {
      document.getElementById(anchor)?.scrollIntoView({ block: "start" });
    }
  }

  private tabKey(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) {
      return;
    }
    const next = TABS[(TABS.indexOf(this.tab) + step + TABS.length) % TABS.length] ?? "Module";
    this.openTab(next);
    document.getElementById(`tab-${next}`)?.focus();
  }

  private tools(): HTMLElement {
    const search = element("input", { type: "search", placeholder: "Find a module", "aria-label": "Find a module" });
    search.addEventListener("input", () => this.search(search.value));
    search.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        this.nextMatch();
      }
    });
    const tool = (sign: string, label: string, act: () => void): HTMLElement =>
      button(sign, act, { class: "tool", "aria-label": label, title: label });
    return element(
      "div",
      { class: "tools", role: "toolbar", "aria-label": "Picture" },
      search,
      tool("+", "Larger", () => this.picture.zoomBy(1.25)),
      tool("−", "Smaller", () => this.picture.zoomBy(0.8)),
      tool("⤢", "Fit", () => this.picture.fit()),
      tool("⊞", "Unfold all", () => this.foldAll(true)),
      tool("⊟", "Fold all", () => this.foldAll(false)),
    );
  }

  private select(branch: Branch): void {
    this.selected = branch;
    this.tab = "Module";
    this.drawPanel();
    this.drawPicture();
  }

  private fold(branches: readonly Branch[], unfold: boolean): void {
    const unfolded = new Set(this.unfolded);
    for (const branch of branches) {
      if (unfold) {
        unfolded.add(branch.module.path);
      } else {
        unfolded.delete(branch.module.path);
      }
    }
    this.unfolded = unfolded;
    this.drawPicture();
  }

  private foldAll(unfold: boolean): void {
    this.unfolded = unfold && this.root !== undefined ? allUnfolded(this.root) : new Set([""]);
    const isHidden = this.selected !== undefined && ancestorsOf(this.selected).some((above) => !this.unfolded.has(above.module.path));
    this.selected = isHidden ? this.root : this.selected;
    this.drawPicture();
    this.picture.fit();
  }

  private toggle(state: State): void {
    const wanted = new Set(this.wanted);
    if (!wanted.delete(state)) {
      wanted.add(state);
    }
    this.wanted = wanted;
    this.unfoldTo((branch) => wanted.has(branch.module.state) && wanted.size > 0 && state !== "fine");
    this.drawLegend();
  }

  private search(query: string): void {
    this.query = query.trim();
    this.unfoldTo((branch) => this.query !== "" && matches(branch, this.query));
  }

  /** So many branches are looked for at once; more would only be a wall. */
  private unfoldTo(isWanted: (branch: Branch) => boolean, most = 60): void {
    const found = (this.root === undefined ? [] : [...branchesOf(this.root)]).filter(isWanted).slice(0, most);
    const paths = found.flatMap((branch) => ancestorsOf(branch).map((above) => above.module.path));
    this.unfolded = new Set([...this.unfolded, ...paths]);
    this.drawPicture();
  }

  private nextMatch(): void {
    const found = (this.root === undefined ? [] : [...branchesOf(this.root)]).filter((branch) => matches(branch, this.query));
    const next = found[(found.findIndex((branch) => branch === this.selected) + 1) % Math.max(1, found.length)];
    if (next !== undefined) {
      this.select(next);
      this.picture.focus(next);
    }
  }

  private jump(branch: Branch): void {
    const place = placeOf(branch.module);
    if (place !== null) {
      this.host.open(place);
    }
  }
}
