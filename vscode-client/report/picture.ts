import { select } from "d3-selection";
import { zoom, type ZoomBehavior, zoomIdentity, type ZoomTransform } from "d3-zoom";

import { makeCard, updateCard } from "./card";
import type { State } from "./data";
import { drawn, element } from "./dom";
import { keyAction } from "./keyboard";
import { CARD, fit, type Layout, layout, linkPath, type Placed, reveal, SCALES, type View } from "./layout";
import { ancestorsOf, type Branch, visible } from "./tree";

export interface PictureEvents {
  select(branch: Branch): void;
  fold(branches: readonly Branch[], unfolded: boolean): void;
  jump(branch: Branch): void;
}

export interface Shown {
  readonly root: Branch;
  readonly unfolded: ReadonlySet<string>;
  readonly selected: Branch;
  /** The states to bring out; all when there is none. */
  readonly wanted: ReadonlySet<State>;
  readonly query: string;
}

/** The tree of modules as a picture that can be moved, folded and walked through by keyboard. */
export class Picture {
  readonly element: HTMLElement;
  private readonly canvas = element("div", { class: "canvas" });
  private readonly lines = drawn("svg", { class: "links", "aria-hidden": "true" });
  private readonly tree = element("div", { class: "tree", role: "tree" });
  private readonly cards = new Map<string, HTMLElement>();
  /** By the branch that each leads to. */
  private links = new Map<Branch, SVGPathElement>();
  private readonly behaviour: ZoomBehavior<HTMLElement, unknown>;
  private placed: Layout | undefined;
  private shown: Shown | undefined;
  private view: View = { x: 0, y: 0, scale: 1 };
  /** Whether somebody moved the picture; then it stays where it is. */
  private isAdjusted = false;

  constructor(private readonly events: PictureEvents) {
    this.canvas.append(this.lines, this.tree);
    this.element = element("div", { class: "picture" }, this.canvas);
    this.behaviour = zoom<HTMLElement, unknown>()
      .scaleExtent([SCALES.smallest, SCALES.largest])
      .filter((event: MouseEvent) => event.type !== "wheel" && event.type !== "dblclick" && event.button === 0)
      .on("zoom", ({ transform, sourceEvent }: { transform: ZoomTransform; sourceEvent: unknown }) => {
        this.isAdjusted ||= Boolean(sourceEvent);
        this.moved(transform);
      });
    select(this.element).call(this.behaviour);
    this.element.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.tree.addEventListener("keydown", (event) => this.key(event));
  }

  draw(shown: Shown, name: string): void {
    const before = this.shown;
    this.shown = shown;
    if (before?.root === shown.root && before.unfolded === shown.unfolded) {
      this.mark(before, shown);
      return;
    }
    this.placed = layout(shown.root, shown.unfolded);
    this.tree.setAttribute("aria-label", `Modules of ${name}`);
    this.drawLinks(this.placed);
    this.drawCards(this.placed, shown, before?.root !== shown.root);
    this.markLinks(shown);
    if (before?.root !== shown.root) {
      this.fit();
    }
  }

  /** The room for the picture changed. */
  resized(): void {
    if (!this.isAdjusted) {
      this.fit();
    }
  }

  fit(): void {
    this.isAdjusted = false;
    const root = this.placed?.cards[0];
    if (this.placed !== undefined && root !== undefined) {
      this.go(fit(this.placed, this.element.clientWidth, this.element.clientHeight, root));
    }
  }

  zoomBy(factor: number): void {
    this.behaviour.scaleBy(select(this.element), factor);
  }

  focus(branch: Branch): void {
    const card = this.placed?.cards.find((placed) => placed.branch === branch);
    if (card !== undefined) {
      this.go(reveal(this.view, card, this.element.clientWidth, this.element.clientHeight));
      this.cards.get(branch.module.path)?.focus({ preventScroll: true });
    }
  }

  /** Every card stands where it stood: only what depends on selection and search is set. */
  private mark(before: Shown, shown: Shown): void {
    const onlySelected = before.query === shown.query && before.wanted === shown.wanted;
    const concerned = onlySelected ? [before.selected, shown.selected] : visible(shown.root, shown.unfolded);
    for (const branch of concerned) {
      const card = this.cards.get(branch.module.path);
      if (card !== undefined) {
        updateCard(card, branch, shown);
      }
    }
    this.markLinks(shown);
  }

  private drawLinks(placed: Layout): void {
    this.lines.setAttribute("width", String(placed.width));
    this.lines.setAttribute("height", String(placed.height));
    this.links = new Map(placed.links.map(({ from, to }) => [to.branch, drawn("path", { d: linkPath(from, to), class: "link" })]));
    this.lines.replaceChildren(...this.links.values());
  }

  /** The way from the root to what is selected. */
  private markLinks(shown: Shown): void {
    for (const link of this.lines.querySelectorAll(".on-the-way")) {
      link.classList.remove("on-the-way");
    }
    for (const branch of [shown.selected, ...ancestorsOf(shown.selected)]) {
      const link = this.links.get(branch);
      if (link !== undefined) {
        link.classList.add("on-the-way");
        // What is drawn last lies on top.
        this.lines.append(link);
      }
    }
  }

  private drawCards(placed: Layout, shown: Shown, fresh: boolean): void {
    const before = fresh ? new Map<string, HTMLElement>() : new Map(this.cards);
    this.cards.clear();
    const places = new Map(placed.cards.map((card) => [card.branch, card]));
    // In the order in which arrow keys go through them, which is the one that a screen reader reads in.
    for (const branch of visible(shown.root, shown.unfolded)) {
      const made = before.get(branch.module.path) ?? makeCard(branch);
      this.cards.set(branch.module.path, made);
      const card = places.get(branch);
      if (card !== undefined) {
        this.place(made, card, shown);
      }
    }
    this.tree.replaceChildren(...this.cards.values());
  }

  private place(card: HTMLElement, placed: Placed, shown: Shown): void {
    const { branch } = placed;
    updateCard(card, branch, shown);
    card.style.transform = `translate(${placed.x}px, ${placed.y}px)`;
    card.style.width = `${CARD.width}px`;
    card.style.height = `${CARD.height}px`;
    card.onclick = (event) => this.clicked(event, branch);
    card.ondblclick = () => this.events.jump(branch);
  }

  private clicked(event: MouseEvent, branch: Branch): void {
    if (event.target instanceof Element && event.target.closest(".fold") !== null) {
      this.events.fold([branch], this.shown?.unfolded.has(branch.module.path) !== true);
    }
    this.events.select(branch);
    this.cards.get(branch.module.path)?.focus({ preventScroll: true });
  }

  private key(event: KeyboardEvent): void {
    const shown = this.shown;
    if (shown === undefined || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const action = keyAction(event.key, shown.selected, shown.root, shown.unfolded);
    if (action === undefined) {
      return;
    }
    event.preventDefault();
    switch (action.kind) {
      case "select":
        this.events.select(action.branch);
        break;
      case "jump":
        this.events.jump(action.branch);
        break;
      case "unfoldSiblings":
        this.events.fold(action.branch.parent?.children ?? [action.branch], true);
        break;
      default:
        this.events.fold([action.branch], action.kind === "unfold");
    }
    this.focus(action.branch);
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    this.isAdjusted = true;
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 20 : 1;
    const target = select(this.element);
    if (event.ctrlKey || event.metaKey) {
      const box = this.element.getBoundingClientRect();
      const factor = 2 ** (-event.deltaY * pixels * 0.004);
      this.behaviour.scaleBy(target, factor, [event.clientX - box.left, event.clientY - box.top]);
      return;
    }
    const [across, down] = event.shiftKey ? [event.deltaY, 0] : [event.deltaX, event.deltaY];
    const { scale } = this.view;
    this.behaviour.translateBy(target, (-across * pixels) / scale, (-down * pixels) / scale);
  }

  private go(view: View): void {
    const transform = zoomIdentity.translate(view.x, view.y).scale(view.scale);
    this.behaviour.transform(select(this.element), transform);
  }

  private moved(transform: ZoomTransform): void {
    this.view = { x: transform.x, y: transform.y, scale: transform.k };
    this.canvas.style.transform = `translate(${transform.x}px, ${transform.y}px) scale(${transform.k})`;
  }
}
