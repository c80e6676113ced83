import * as vscode from "vscode";

import type { ServerState } from "../server/lifecycle";
import { type Presentation, present, type ServerStatus } from "./presentation";

/** Beside Python files, those that configure us. */
const CONFIGURATION = /\/(?:pyproject|torchready)\.toml$/;

/** The status bar's item: there while a file of interest is open or something runs; a click shows the log. */
export class StatusItem implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem("torchready.status", vscode.StatusBarAlignment.Left, 0);
  private readonly disposables: { dispose(): unknown }[] = [this.item];
  private server: ServerState = { kind: "stopped" };
  private said: ServerStatus | undefined;

  constructor() {
    this.item.name = "torchready";
    this.item.command = "torchready.showLog";
    this.disposables.push(
      vscode.window.onDidChangeActiveTextEditor(() => this.toggle()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.draw()),
    );
    this.draw();
  }

  get presentation(): Presentation {
    return present(this.server, this.said, vscode.workspace.isTrusted);
  }

  setServer(state: ServerState): void {
    this.server = state;
    this.said = undefined;
    this.draw();
  }

  setStatus(status: ServerStatus): void {
    this.said = status;
    this.draw();
  }

  dispose(): void {
    for (const disposable of this.disposables) {
      disposable.dispose();
    }
  }

  private draw(): void {
    const shown = this.presentation;
    this.item.text = shown.text;
    this.item.tooltip = `${shown.tooltip}\n\nClick for the log.`;
    this.item.accessibilityInformation = { label: `torchready: ${shown.tooltip}` };
    this.item.backgroundColor =
      shown.severity === "none" ? undefined : new vscode.ThemeColor(`statusBarItem.${shown.severity}Background`);
    this.toggle();
  }

  private toggle(): void {
    const document = vscode.window.activeTextEditor?.document;
    const isOfInterest = document?.languageId === "python" || CONFIGURATION.test(document?.uri.path ?? "");
    // Away from any file, in the log or the report, it stays as it is.
    if (isOfInterest || this.presentation.busy) {
      this.item.show();
    } else if (document?.uri.scheme === "file") {
      this.item.hide();
    }
  }
}
