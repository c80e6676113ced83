import * as vscode from "vscode";
import type { Middleware } from "vscode-languageclient/node";

import { interpreterCommand, SECTION, substituted } from "../settings";

/** The server's own commands; the client registers them as it is told of them. */
export const SERVER = {
  verify: "torchready.verify",
  cancelVerify: "torchready.cancelVerify",
  configureInput: "torchready.configureInput",
  fixAll: "torchready.applyFixAll",
  showRule: "torchready.showRule",
  debugInformation: "torchready.debugInformation",
} as const;

export interface Hooks {
  /** The environment chosen in the Python extension for a folder, as far as it is known now. */
  readonly environment: (folder: vscode.Uri | undefined) => readonly string[] | undefined;
  /** False, and a word to the user, where nothing may run. */
  readonly mayRun: () => boolean;
  readonly sawModel: (model: string) => void;
}

export function middleware(hooks: Hooks): Middleware {
  return {
    workspace: {
      async configuration(params, token, next) {
        const answers = await next(params, token);
        if (!Array.isArray(answers)) {
          return answers;
        }
        return params.items.map((item, index): unknown => {
          const folder = item.scopeUri === undefined ? undefined : vscode.Uri.parse(item.scopeUri);
          return item.section === SECTION ? forServer(answers[index], folder, hooks) : answers[index];
        });
      },
    },
    executeCommand(command, args, next): unknown {
      return command === SERVER.verify && !hooks.mayRun() ? undefined : next(command, args);
    },
    async provideCodeLenses(document, token, next) {
      return withReports((await next(document, token)) ?? [], hooks.sawModel);
    },
  };
}

/** With paths that are true anywhere, and the environment for where nothing else names an interpreter. */
function forServer(settings: unknown, folder: vscode.Uri | undefined, hooks: Hooks): unknown {
  const table = typeof settings === "object" && settings !== null ? (settings as Record<string, unknown>) : {};
  const root = (folder ?? vscode.workspace.workspaceFolders?.[0]?.uri)?.fsPath;
  const { configuration } = table;
  return {
    ...table,
    configuration: typeof configuration === "string" ? substituted(configuration, root) : null,
    interpreter: interpreterCommand(table.interpreter, root) ?? null,
    environment: hooks.environment(folder) ?? null,
  };
}

/** Behind each lens that verifies a model one that opens its report: other editors have no place for it. */
function withReports(lenses: vscode.CodeLens[], sawModel: (model: string) => void): vscode.CodeLens[] {
  return lenses.flatMap((lens) => {
    const model = modelOf(lens.command);
    if (model === undefined) {
      return [lens];
    }
    sawModel(model);
    const report = { title: "$(type-hierarchy-sub) Module tree", command: "torchready.openReport", arguments: [model] };
    return [lens, new vscode.CodeLens(lens.range, report)];
  });
}

export function modelOf(command: vscode.Command | undefined): string | undefined {
  const argument = command?.command === SERVER.verify ? (command.arguments?.[0] as unknown) : undefined;
  const model = (argument as { model?: unknown } | undefined)?.model;
  return typeof model === "string" ? model : undefined;
}
