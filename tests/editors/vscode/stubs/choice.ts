import * as vscode from "vscode";

/** What both stand-ins give to tests beside the interface that they stand in for. */
export interface Chosen {
  readonly choice: Choice;
}

/** The interpreter that somebody chose, at first the one of the Python extension's own setting. */
export class Choice {
  python = vscode.workspace.getConfiguration("python").get<string>("defaultInterpreterPath", "");
  private readonly changed = new vscode.EventEmitter<void>();

  readonly onDidChange = this.changed.event;

  choose(python: string): void {
    this.python = python;
    this.changed.fire();
  }
}
