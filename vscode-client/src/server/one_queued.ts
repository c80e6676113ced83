/**
 * Runs one job at a time and keeps at most one waiting.
 *
 * Whoever asks while one runs and another waits gets the waiting one: it will start later than their request, so it
 * sees all that they changed.
 */
export class OneQueued {
  private running: Promise<void> | undefined;
  private waiting: Promise<void> | undefined;

  constructor(private readonly job: () => Promise<void>) {}

  request(): Promise<void> {
    if (this.running === undefined) {
      return this.start();
    }
    this.waiting ??= this.running.then(
      () => this.next(),
      () => this.next(),
    );
    return this.waiting;
  }

  /** Resolves when what was asked for by now has ended. */
  async idle(): Promise<void> {
    await (this.waiting ?? this.running)?.catch(() => undefined);
  }

  private next(): Promise<void> {
    this.waiting = undefined;
    return this.start();
  }

  private start(): Promise<void> {
    const running = this.job().finally(() => {
      this.running = undefined;
    });
    this.running = running;
    return running;
  }
}
