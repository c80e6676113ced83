import * as fs from "node:fs/promises";
import * as path from "node:path";
import * as vscode from "vscode";

import { SERVER } from "./server/middleware";
import type { Documents } from "./documents";

interface Rule {
  readonly code: string;
  readonly name: string;
  readonly page: string;
}

/** Shows the page of a rule: the given one, that of the finding under the cursor, or one from the list. */
export async function showRule(documents: Documents, bundle: string, given: unknown): Promise<void> {
  const code = typeof given === "string" ? given : (codeUnderCursor() ?? (await chooseCode(bundle)));
  if (code === undefined) {
    return;
  }
  const rule = await vscode.commands.executeCommand<Rule>(SERVER.showRule, code);
  const uri = documents.keep(`/rules/${rule.code}.md`, rule.page);
  await vscode.commands.executeCommand("markdown.showPreview", uri);
}

function codeUnderCursor(): string | undefined {
  const editor = vscode.window.activeTextEditor;
  const here = editor?.selection.active;
  if (editor === undefined || here === undefined) {
    return undefined;
  }
  const found = vscode.languages
    .getDiagnostics(editor.document.uri)
    .find((each) => each.source === "torchready" && each.range.contains(here));
  const code = found?.code;
  return typeof code === "object" ? String(code.value) : code?.toString();
}

async function chooseCode(bundle: string): Promise<string | undefined> {
  const folder = path.join(bundle, "packages", "torchready", "docs", "rules");
  const files = (await fs.readdir(folder).catch(() => [])).filter((file) => /^TR\d+\.md$/.test(file)).sort();
  const items = await Promise.all(files.map((file) => item(path.join(folder, file))));
  const placeHolder = "Which rule?";
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.label;
}

/** A page begins with `# name (code)`, an empty line, and the rule in one sentence. */
async function item(file: string): Promise<vscode.QuickPickItem> {
  const [heading = "", , summary = ""] = (await fs.readFile(file, "utf8")).split("\n", 3);
  const detail = summary.replaceAll("`", "");
  const label = path.basename(file, ".md");
  return { label, description: heading.replace(/^#\s*/, "").replace(`(${label})`, "").trim(), detail };
}
