import * as assert from "node:assert/strict";
import { after, describe, it } from "mocha";
import * as vscode from "vscode";

import { CLASSIFIER, findings, show, until, uriOf } from "./sample";

describe("explanations", () => {
  after(() => vscode.commands.executeCommand("workbench.action.closeAllEditors"));

  it("are in the hover of a finding", async () => {
    await show(CLASSIFIER);
    const [found] = await findings(CLASSIFIER, 1);
    assert.ok(found);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      "vscode.executeHoverProvider",
      uriOf(CLASSIFIER),
      found.range.start,
    );
    const texts = hovers.flatMap((hover) => hover.contents.map((each) => (each as vscode.MarkdownString).value));
    assert.ok(texts.some((text) => text.includes("TR101") && text.includes("functional-layer")), texts.join("\n"));
  });

  it("are the page of a rule, as a document", async () => {
    await vscode.commands.executeCommand("torchready.explainRule", "TR201");
    const page = await until("page of the rule", () =>
      vscode.workspace.textDocuments.find((each) => each.uri.scheme === "torchready"),
    );
    assert.match(page.getText(), /^# reused-module \(TR201\)/);
  });

  it("say what a bug report needs", async () => {
    await vscode.commands.executeCommand("torchready.showDebugInformation");
    const shown = await until("debug information", () => {
      const text = vscode.window.activeTextEditor?.document.getText();
      return text?.includes("workspace folders:") ? text : undefined;
    });
    assert.match(shown, /^VS Code .*torchready extension/);
    assert.match(shown, /client: .*, utf-16, pulls diagnostics/);
  });
});
