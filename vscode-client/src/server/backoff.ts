export interface BackoffLimits {
  /** The pause before the first restart, in milliseconds; doubled for each further one. */
  readonly first: number;
  readonly longest: number;
  /** So many crashes within `window` milliseconds are the last. */
  readonly crashes: number;
  readonly window: number;
}

export const SERVER_BACKOFF: BackoffLimits = { first: 500, longest: 10_000, crashes: 5, window: 180_000 };

/** Decides how long to wait before a server that crashed is started again, and when to give up. */
export class Backoff {
  private times: number[] = [];

  constructor(
    private readonly limits: BackoffLimits = SERVER_BACKOFF,
    private readonly now: () => number = Date.now,
  ) {}

  /** The pause in milliseconds before the next start; undefined to give up. */
  crashed(): number | undefined {
    const now = this.now();
    this.times = [...this.times.filter((time) => now - time < this.limits.window), now];
    if (this.times.length >= this.limits.crashes) {
      return undefined;
    }
    return Math.min(this.limits.longest, this.limits.first * 2 ** (this.times.length - 1));
  }

  /** Somebody asked for a start: what happened before does not count any more. */
  reset(): void {
    this.times = [];
  }
}
