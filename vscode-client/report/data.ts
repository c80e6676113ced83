/** The report as `torchready.output.report` writes it. Rows and columns count from 1. */

export interface Point {
  readonly row: number;
  readonly column: number;
}

export interface Place {
  readonly filename: string;
  readonly location: Point;
  readonly end_location: Point;
}

export interface Call {
  readonly place: Place | null;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly seconds: number;
}

export type State = "failed" | "reused" | "functional" | "hazard" | "unused" | "fine";

export interface Module {
  readonly path: string;
  readonly class: string;
  readonly parameters: number;
  readonly state: State;
  readonly failed: readonly string[];
  /** Indexes into the report's findings. */
  readonly findings: readonly number[];
  readonly defined: Place | null;
  readonly registered: Place | null;
  readonly calls: readonly Call[];
}

export interface Check {
  readonly name: string;
  readonly status: "passed" | "failed" | "skipped";
  readonly seconds: number;
  readonly message: string | null;
  readonly detail: string | null;
}

export interface Finding extends Place {
  readonly code: string;
  readonly name: string;
  readonly message: string;
  readonly severity: "error" | "warning" | "information" | "hint";
  readonly evidence: "source" | "run" | "both";
  readonly class: string | null;
  readonly symbol: string | null;
  readonly url: string;
}

export interface Report {
  readonly version: number;
  readonly model: string;
  readonly class: string | null;
  readonly place: Place | null;
  readonly passed: boolean;
  readonly seconds: number;
  readonly checks: readonly Check[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly modules: readonly Module[];
  readonly findings: readonly Finding[];
  readonly output: string;
}

/** In the order in which they matter: the first that holds is shown. */
export const STATES: readonly State[] = ["failed", "reused", "functional", "hazard", "unused", "fine"];

export const STATE_LABELS: Record<State, string> = {
  failed: "failed in a check",
  reused: "reused",
  functional: "functional neighbours",
  hazard: "hazards",
  unused: "did not run",
  fine: "fine",
};

export const STATE_MEANINGS: Record<State, string> = {
  failed: "A check fails in this module.",
  reused: "Called more than once in one forward: quantizers and hooks see one module where there should be two.",
  functional: "Its forward calls functions where there are modules: tools that work on modules do not see these.",
  hazard: "It was traced and exported, but something in it may not do what it looks like.",
  unused: "Nothing called it on this dummy input.",
  fine: "Nothing was found here.",
};

/** Each state has a shape of its own, so that nobody needs to tell colours apart. */
export const STATE_SIGNS: Record<State, string> = {
  failed: "✕",
  reused: "↻",
  functional: "ƒ",
  hazard: "!",
  unused: "–",
  fine: "✓",
};
