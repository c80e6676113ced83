import * as vscode from "vscode";

import type { Documents } from "./documents";
import { showRule } from "./rules";
import { SERVER } from "./server/middleware";
import { mayRun } from "./trust";

export interface Actions {
  readonly log: vscode.LogOutputChannel;
  readonly documents: Documents;
  readonly bundle: string;
  readonly restart: () => Promise<void>;
  readonly install: () => Promise<void>;
  readonly openReport: (model: unknown) => Promise<void>;
  readonly isRunning: () => Promise<boolean>;
  /** What the client knows itself, before what the server says. */
  readonly describe: () => string;
}

type Handler = (...args: unknown[]) => unknown;

/** The commands of the palette; those that ask the server for something say so when it is not there. */
export function registerCommands(actions: Actions): vscode.Disposable[] {
  const own: Record<string, Handler> = {
    "torchready.restartServer": () => actions.restart(),
    "torchready.showLog": () => actions.log.show(true),
    "torchready.openConfiguration": () => openConfiguration(),
    "torchready.installInEnvironment": () => actions.install(),
    "torchready.showDebugInformation": () => showDebugInformation(actions),
    "torchready.openReport": (model) => actions.openReport(model),
  };
  const asking: Record<string, Handler> = {
    "torchready.verifyModel": () => verifyModel(),
    "torchready.verifyFile": () => withEditor((editor) => verify({ uri: editor.document.uri.toString() })),
    "torchready.verifyWorkspace": () => verify({}),
    "torchready.cancelVerification": () => vscode.commands.executeCommand(SERVER.cancelVerify),
    "torchready.fixAllProblems": () => withEditor(fixAll),
    "torchready.explainRule": (code) => showRule(actions.documents, actions.bundle, code),
  };
  const guarded = Object.entries(asking).map(([id, handler]): [string, Handler] => [id, guard(actions, handler)]);
  return [...Object.entries(own), ...guarded].map(([id, handler]) => vscode.commands.registerCommand(id, handler));
}

function guard(actions: Actions, handler: Handler): Handler {
  return async (...args) => {
    if (await actions.isRunning()) {
      return handler(...args);
    }
    const choice = await vscode.window.showWarningMessage("torchready's server is not running.", "Restart", "Show Log");
    if (choice === "Restart") {
      await actions.restart();
    } else if (choice === "Show Log") {
      actions.log.show();
    }
    return undefined;
  };
}

async function withEditor(act: (editor: vscode.TextEditor) => unknown): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId === "python") {
    await act(editor);
  } else {
    void vscode.window.showInformationMessage("Open the Python file of a model first.");
  }
}

function verifyModel(): Promise<void> {
  return withEditor((editor) => {
    const { line, character } = editor.selection.active;
    return verify({ uri: editor.document.uri.toString(), position: { line, character } });
  });
}

async function verify(what: object): Promise<void> {
  if (mayRun()) {
    await vscode.commands.executeCommand(SERVER.verify, what);
  }
}

async function fixAll(editor: vscode.TextEditor): Promise<void> {
  const changed = await vscode.commands.executeCommand<boolean>(SERVER.fixAll, editor.document.uri.toString());
  if (!changed) {
    vscode.window.setStatusBarMessage("torchready: nothing to fix safely in this file", 4000);
  }
}

const NEW_CONFIGURATION = `# What torchready checks, and the models that it builds and runs.
# profile = "aimet"

[[model]]
target = "package.module:Net"
inputs = [{ shape = [1, 3, 224, 224], dtype = "float32" }]
on-save = true
`;

/** The nearest configuration of the open file; where there is none, a first one to fill in. */
async function openConfiguration(): Promise<void> {
  const found = await vscode.workspace.findFiles("**/{torchready.toml,pyproject.toml}", "**/node_modules/**");
  const ours = await Promise.all(found.map(async (uri) => ((await isOurs(uri)) ? uri : undefined)));
  const uri = nearest(ours.filter((each) => each !== undefined));
  if (uri !== undefined) {
    await vscode.window.showTextDocument(uri);
    return;
  }
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (folder === undefined) {
    void vscode.window.showInformationMessage("Open a folder first: the configuration lies in it.");
    return;
  }
  const fresh = vscode.Uri.joinPath(folder, "torchready.toml").with({ scheme: "untitled" });
  const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(fresh));
  await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), NEW_CONFIGURATION));
}

async function isOurs(uri: vscode.Uri): Promise<boolean> {
  if (uri.path.endsWith("/torchready.toml")) {
    return true;
  }
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  return text.includes("tool.torchready");
}

function nearest(uris: readonly vscode.Uri[]): vscode.Uri | undefined {
  const file = vscode.window.activeTextEditor?.document.uri.path ?? "";
  const folder = (uri: vscode.Uri): string => uri.path.slice(0, uri.path.lastIndexOf("/") + 1);
  const above = uris.filter((uri) => file.startsWith(folder(uri)));
  const candidates = above.length > 0 ? above : uris;
  return [...candidates].sort((one, other) => folder(other).length - folder(one).length)[above.length > 0 ? 0 : candidates.length - 1];
}

async function showDebugInformation(actions: Actions): Promise<void> {
  const server = (await actions.isRunning())
    ? await vscode.commands.executeCommand<string>(SERVER.debugInformation)
    : "The server is not running.";
  const content = `${actions.describe()}\n${server}\n`;
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content, language: "plaintext" }));
}
