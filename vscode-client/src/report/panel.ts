import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";

import type { Place, Report } from "../../report/data";
import { short } from "../status/presentation";
import { rangeOf } from "./places";

/** The webviews with the reports of models, one each. */
export class Reports implements vscode.Disposable {
  private readonly models = new Set<string>();
  private readonly panels = new Map<string, vscode.WebviewPanel>();

  constructor(
    private readonly extension: vscode.Uri,
    private readonly client: () => LanguageClient | undefined,
  ) {}

  /** A model that has a report or may have one later. */
  sawModel(model: string): void {
    this.models.add(model);
  }

  /** Opens a model's report; without one, asks which. */
  async open(given: unknown): Promise<void> {
    const model = typeof given === "string" ? given : await this.choose();
    if (model === undefined) {
      return;
    }
    const known = this.panels.get(model);
    if (known !== undefined) {
      known.reveal(undefined, true);
      return;
    }
    const report = await this.fetch(model);
    if (report === undefined) {
      await offerToVerify(model);
      return;
    }
    this.show(model, report);
  }

  /** A run has ended: what is open shows the newest. */
  async refresh(): Promise<void> {
    for (const [model, panel] of this.panels) {
      const report = await this.fetch(model);
      if (report !== undefined) {
        await panel.webview.postMessage({ type: "reports", reports: [report] });
      }
    }
  }

  dispose(): void {
    for (const panel of this.panels.values()) {
      panel.dispose();
    }
  }

  private async choose(): Promise<string | undefined> {
    const models = [...this.models].sort();
    if (models.length > 1) {
      return vscode.window.showQuickPick(models, { placeHolder: "Which model?" });
    }
    const [only] = models;
    if (only === undefined) {
      await offerToVerify(undefined);
    }
    return only;
  }

  /** Undefined without a server, and before the model's first run. */
  private async fetch(model: string): Promise<Report | undefined> {
    return (await this.client()?.sendRequest<Report | null>("torchready/report", { model })) ?? undefined;
  }

  private show(model: string, report: Report): void {
    const assets = vscode.Uri.joinPath(this.extension, "dist", "report");
    const options = { enableScripts: true, localResourceRoots: [assets], retainContextWhenHidden: true };
    const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    const panel = vscode.window.createWebviewPanel("torchready.report", `Report of ${short(model)}`, column, options);
    panel.iconPath = vscode.Uri.joinPath(this.extension, "media", "icon.png");
    panel.webview.html = page(panel.webview, assets, report);
    panel.webview.onDidReceiveMessage((message: { type?: string; place?: Place }) => {
      if (message.type === "open" && message.place !== undefined) {
        void openPlace(message.place);
      }
    });
    panel.onDidDispose(() => this.panels.delete(model));
    this.panels.set(model, panel);
  }
}

async function offerToVerify(model: string | undefined): Promise<void> {
  const what = model === undefined ? "No model was verified yet." : `${short(model)} was not verified yet.`;
  if ((await vscode.window.showInformationMessage(what, "Verify")) === undefined) {
    return;
  }
  if (model === undefined) {
    await vscode.commands.executeCommand("torchready.verifyWorkspace");
  } else {
    await vscode.commands.executeCommand("torchready.verify", { model });
  }
}

/** Beside the report, where there is an editor already; else in the first column. */
async function openPlace(place: Place): Promise<void> {
  const visible = vscode.window.visibleTextEditors.find((editor) => editor.viewColumn !== undefined);
  const viewColumn = visible?.viewColumn ?? vscode.ViewColumn.One;
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(place.filename));
  const [startLine, startColumn, endLine, endColumn] = rangeOf(place, (line) =>
    line < document.lineCount ? document.lineAt(line).text : "",
  );
  const selection = new vscode.Range(startLine, startColumn, endLine, endColumn);
  await vscode.window.showTextDocument(document, { viewColumn, selection });
}

function page(webview: vscode.Webview, assets: vscode.Uri, report: Report): string {
  const asset = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(assets, name)).toString();
  const policy = `default-src 'none'; style-src ${webview.cspSource} 'unsafe-inline'; script-src ${webview.cspSource}`;
  const data = JSON.stringify([report]).replaceAll("<", "\\u003c");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" href="${asset("style.css")}">
</head>
<body>
<div id="page"></div>
<script type="application/json" id="reports">${data}</script>
<script src="${asset("report.js")}"></script>
</body>
</html>`;
}
