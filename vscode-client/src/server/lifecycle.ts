import { Backoff } from "./backoff";
import { OneQueued } from "./one_queued";
import { type Launch, sameLaunch } from "./launch";

/** A server that was started and answers. */
export interface Session {
  stop(): Promise<void>;
}

export type ServerState =
  | { readonly kind: "starting" }
  | { readonly kind: "running"; readonly launch: Launch }
  | { readonly kind: "restarting"; readonly reason: string }
  | { readonly kind: "failed"; readonly reason: string; readonly error?: unknown }
  | { readonly kind: "stopped" };

export interface Surroundings<S extends Session> {
  /** Which server to start; throws with a message for a person when there is none. */
  resolve(): Promise<Launch>;
  /** Starts it; calls `crashed` if it ends without having been stopped. */
  open(launch: Launch, crashed: () => void): Promise<S>;
  changed(state: ServerState): void;
  sleep(milliseconds: number): Promise<void>;
}

/** Starts, stops and restarts the server; the only one who does. */
export class Lifecycle<S extends Session> {
  private readonly queue = new OneQueued(() => this.turn());
  private current: { readonly launch: Launch; readonly session: S } | undefined;
  private stopped = false;
  private generation = 0;

  constructor(
    private readonly surroundings: Surroundings<S>,
    private readonly backoff: Backoff = new Backoff(),
  ) {}

  get session(): S | undefined {
    return this.current?.session;
  }

  /** Start, or stop and start again, because somebody asked. */
  restart(): Promise<void> {
    this.backoff.reset();
    return this.queue.request();
  }

  /** Something changed that may lead to another server: restart only if it does. */
  async reconsider(): Promise<void> {
    // The one that is starting now may be the right one already.
    await this.settled();
    if (this.current !== undefined) {
      const resolved = await this.surroundings.resolve().catch(() => undefined);
      if (resolved !== undefined && sameLaunch(resolved, this.current.launch)) {
        return;
      }
    }
    await this.restart();
  }

  /** Resolves when a start that is under way has ended, well or not. */
  settled(): Promise<void> {
    return this.queue.idle();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.generation += 1;
    await this.close();
    this.surroundings.changed({ kind: "stopped" });
  }

  private async turn(): Promise<void> {
    if (this.stopped) {
      return;
    }
    const generation = ++this.generation;
    this.surroundings.changed({ kind: "starting" });
    await this.close();
    try {
      const launch = await this.surroundings.resolve();
      const session = await this.surroundings.open(launch, () => void this.crashed(generation));
      if (generation !== this.generation) {
        await session.stop();
        return;
      }
      this.current = { launch, session };
      this.surroundings.changed({ kind: "running", launch });
    } catch (error) {
      // A crash during the start is handled where crashes are.
      if (generation === this.generation) {
        this.surroundings.changed({ kind: "failed", reason: message(error), error });
      }
    }
  }

  private async crashed(generation: number): Promise<void> {
    if (generation !== this.generation) {
      return;
    }
    this.generation += 1;
    const later = this.generation;
    this.current = undefined;
    const pause = this.backoff.crashed();
    if (pause === undefined) {
      this.surroundings.changed({ kind: "failed", reason: "its server stopped several times in a row" });
      return;
    }
    this.surroundings.changed({ kind: "restarting", reason: "its server stopped" });
    await this.surroundings.sleep(pause);
    if (later === this.generation) {
      await this.queue.request();
    }
  }

  private async close(): Promise<void> {
    const open = this.current;
    this.current = undefined;
    await open?.session.stop().catch(() => undefined);
  }
}

export function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
