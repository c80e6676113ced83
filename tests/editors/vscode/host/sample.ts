// The sample workspace as the tests use it: files are opened, changed, and put back.
import { setTimeout as sleep } from "node:timers/promises";
import * as vscode from "vscode";

const LIMIT_MILLISECONDS = 100_000;
const PAUSE_MILLISECONDS = 50;

export const CLASSIFIER = "classifier.py";
export const FIX = "Use a module, `self.relu = nn.ReLU()`";

/** Wait until there is something; the limit is far beyond what it takes. */
export async function until<T>(what: string, look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const end = Date.now() + LIMIT_MILLISECONDS;
  for (;;) {
    const found = await look();
    if (found !== undefined) {
      return found;
    }
    if (Date.now() > end) {
      throw new Error(`there was no ${what}`);
    }
    await sleep(PAUSE_MILLISECONDS);
  }
}

export function uriOf(name: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined) {
    throw new Error("no folder is open");
  }
  return vscode.Uri.joinPath(folder.uri, name);
}

export async function show(name: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uriOf(name)));
}

/** The findings of a file once there are this many of them. */
export function findings(name: string, count: number): Promise<vscode.Diagnostic[]> {
  const uri = uriOf(name);
  return until(`${count} findings in ${name}`, () => {
    const found = ours(uri);
    return found.length === count ? found : undefined;
  });
}

export function ours(uri: vscode.Uri): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter((each) => each.source === "torchready");
}

/** Line and column of both ends. */
export function place({ start, end }: vscode.Range): [number, number, number, number] {
  return [start.line, start.character, end.line, end.character];
}

export function codeOf(diagnostic: vscode.Diagnostic | undefined): unknown {
  return typeof diagnostic?.code === "object" ? diagnostic.code.value : diagnostic?.code;
}

/** Put the file's text back, in the editor and on disk, and close it. */
export async function restoring(name: string, test: () => Promise<void>): Promise<void> {
  const before = (await show(name)).document.getText();
  try {
    await test();
  } finally {
    const { document } = await show(name);
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), before);
    await vscode.workspace.applyEdit(edit);
    await document.save();
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  }
}

export async function textOnDisk(name: string): Promise<string> {
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(uriOf(name)));
}

/** The text of the classifier after its fix. */
export function fixed(before: string): string {
  const last = "        self.head = nn.Linear(16, classes)\n";
  return before.replace(last, `${last}        self.relu = nn.ReLU()\n`).replace("F.relu(", "self.relu(");
}
