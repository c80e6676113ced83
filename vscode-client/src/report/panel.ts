import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";

/** The webviews with the reports of models, one each. */
export class Reports implements vscode.Disposable {
  private readonly models = new Set<string>();

  constructor(
    private readonly extension: vscode.Uri,
    private readonly client: () => LanguageClient | undefined,
  ) {}

  sawModel(model: string): void {
    this.models.add(model);
  }

  async open(model: unknown): Promise<void> {
    const running = this.client() !== undefined;
    this.models.add(String(model));
    await vscode.window.showInformationMessage(`${this.extension.path} ${this.models.size} ${running}`);
  }

  async refresh(): Promise<void> {
    await Promise.resolve();
  }

  dispose(): void {
    this.models.clear();
  }
}
