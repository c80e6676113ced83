import * as vscode from "vscode";

const MESSAGE = "torchready checks your code, but does not run your model: this workspace is not trusted.";
const MANAGE = "Manage Workspace Trust";

/** Whether models may run here; where not, the user reads how to allow it. */
export function mayRun(): boolean {
  if (vscode.workspace.isTrusted) {
    return true;
  }
  void vscode.window.showWarningMessage(MESSAGE, MANAGE).then((chosen) => {
    if (chosen === MANAGE) {
      void vscode.commands.executeCommand("workbench.trust.manage");
    }
  });
  return false;
}
