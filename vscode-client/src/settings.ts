import * as os from "node:os";
import * as path from "node:path";
import * as vscode from "vscode";

import type { ImportStrategy } from "./python/resolution";

export const SECTION = "torchready";
/** A change of one of these may lead to another server. */
export const SERVER_SETTINGS = ["torchready.importStrategy", "torchready.interpreter"];

export function importStrategy(): ImportStrategy {
  return vscode.workspace.getConfiguration(SECTION).get<ImportStrategy>("importStrategy", "useBundled");
}

/** `torchready.interpreter` as a command, for a folder of the workspace. */
export function interpreterSetting(folder: vscode.Uri | undefined): readonly string[] | undefined {
  return interpreterCommand(vscode.workspace.getConfiguration(SECTION, folder).get("interpreter"), folder?.fsPath);
}

/** A path from the settings: relative ones begin in the workspace's folder, a mere name is looked for by the system. */
export function interpreterCommand(value: unknown, folder: string | undefined): readonly string[] | undefined {
  if (typeof value !== "string" || value.trim() === "") {
    return undefined;
  }
  const place = substituted(value.trim(), folder);
  return [/[/\\]/.test(place) && folder !== undefined ? path.resolve(folder, place) : place];
}

/** The variables that VS Code's own settings know, which it leaves to extensions in theirs. */
export function substituted(value: string, folder: string | undefined): string {
  return value
    .replaceAll("${workspaceFolder}", folder ?? "")
    .replaceAll("${userHome}", os.homedir())
    .replaceAll(/\$\{env:(\w+)\}/g, (_, name: string) => process.env[name] ?? "")
    .replace(/^~(?=[/\\])/, os.homedir());
}
