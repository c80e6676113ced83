import * as vscode from "vscode";

import { type EnvironmentSource, environmentSource } from "./environments";

/**
 * The environments that are chosen in the Python extension, one per workspace folder.
 *
 * They are looked for in the background. Who asks gets what is known by now, and hears of changes.
 */
export class Interpreters implements vscode.Disposable {
  private readonly found = new Map<string, readonly string[]>();
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly disposables: { dispose(): unknown }[] = [this.changed];
  private source: EnvironmentSource | undefined;

  readonly onDidChange = this.changed.event;

  constructor(private readonly log: vscode.LogOutputChannel) {}

  /** Looks for the Python extension's environments; returns at once. */
  begin(): void {
    void this.connect().catch((error: unknown) => this.log.warn(`No Python environment: ${String(error)}`));
  }

  /** What was chosen in the Python extension. */
  environment(folder: vscode.Uri | undefined): readonly string[] | undefined {
    const within = folder && vscode.workspace.getWorkspaceFolder(folder)?.uri;
    return this.found.get(within?.toString() ?? "") ?? this.found.get("");
  }

  dispose(): void {
    for (const disposable of this.disposables) {
      disposable.dispose();
    }
  }

  private async connect(): Promise<void> {
    this.source = await environmentSource();
    if (this.source === undefined) {
      this.log.info("Neither of Microsoft's Python extensions is at work; its environments are not known.");
      return;
    }
    this.disposables.push(
      this.source.onDidChange(() => void this.refresh()),
      vscode.workspace.onDidChangeWorkspaceFolders(() => void this.refresh()),
    );
    await this.refresh();
  }

  private async refresh(): Promise<void> {
    const source = this.source;
    if (source === undefined) {
      return;
    }
    const folders = [undefined, ...(vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri)];
    const answers = await Promise.all(folders.map((folder) => source.interpreter(folder)));
    const changes = folders.map((folder, index) => this.set(folder?.toString() ?? "", answers[index]));
    if (changes.includes(true)) {
      this.log.info(`Environments by ${source.name}: ${[...this.found.values()].map((each) => each.join(" ")).join(", ")}`);
      this.changed.fire();
    }
  }

  private set(folder: string, interpreter: readonly string[] | undefined): boolean {
    if (JSON.stringify(this.found.get(folder)) === JSON.stringify(interpreter)) {
      return false;
    }
    if (interpreter === undefined) {
      this.found.delete(folder);
    } else {
      this.found.set(folder, interpreter);
    }
    return true;
  }
}
