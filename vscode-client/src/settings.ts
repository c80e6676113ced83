import * as vscode from "vscode";

import type { ImportStrategy } from "./python/resolution";

export const SECTION = "torchready";
/** A change of one of these may lead to another server. */
export const SERVER_SETTINGS = ["torchready.importStrategy", "torchready.interpreter"];

export function importStrategy(): ImportStrategy {
  return vscode.workspace.getConfiguration(SECTION).get<ImportStrategy>("importStrategy", "useBundled");
}

/** `torchready.interpreter`: a path, or a command with its arguments. */
export function interpreterSetting(folder: vscode.Uri | undefined): readonly string[] | undefined {
  const value = vscode.workspace.getConfiguration(SECTION, folder).get<unknown>("interpreter");
  return command(value);
}

export function command(value: unknown): readonly string[] | undefined {
  const parts = typeof value === "string" ? [value] : Array.isArray(value) ? value : [];
  const words = parts.filter((part): part is string => typeof part === "string" && part !== "");
  return words.length > 0 ? words : undefined;
}
