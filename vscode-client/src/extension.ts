import * as vscode from "vscode";

import { Torchready } from "./torchready";

let torchready: Torchready | undefined;

/** Waits for nobody: the server is started, and the interpreter is looked for, in the background. */
export function activate(context: vscode.ExtensionContext): Torchready {
  torchready = new Torchready(context);
  torchready.begin();
  return torchready;
}

export async function deactivate(): Promise<void> {
  await torchready?.stop();
  torchready = undefined;
}
