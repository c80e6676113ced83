import * as assert from "node:assert/strict";
import { after, describe, it } from "mocha";
import * as vscode from "vscode";

import { CLASSIFIER, findings, place, show, until, uriOf } from "./sample";

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

  it("stand above the class of a configured model, as a lens that verifies it", async () => {
    await show(CLASSIFIER);
    const lens = await until("code lens", async () => {
      const uri = uriOf(CLASSIFIER);
      const all = await vscode.commands.executeCommand<vscode.CodeLens[]>("vscode.executeCodeLensProvider", uri, 10);
      return all.find((each) => each.command?.command === "torchready.verify");
    });
    assert.deepEqual(place(lens.range), [7, 6, 7, 16]);
    assert.deepEqual(lens.command?.arguments, [{ model: "classifier:Classifier" }]);
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
