import * as assert from "node:assert/strict";
import { after, describe, it } from "mocha";
import * as vscode from "vscode";

import { CLASSIFIER, codeOf, findings, ours, place, show, uriOf } from "./sample";

describe("findings", () => {
  after(() => vscode.commands.executeCommand("workbench.action.closeAllEditors"));

  it("are shown at their place when a file is opened", async () => {
    await show(CLASSIFIER);
    const [found] = await findings(CLASSIFIER, 1);
    assert.ok(found);
    assert.deepEqual(place(found.range), [16, 12, 16, 18]);
    assert.equal(codeOf(found), "TR101");
    assert.equal(found.severity, vscode.DiagnosticSeverity.Warning);
    assert.equal(
      found.message,
      "`F.relu` is called as a function: AIMET and other tools that work on modules do not see it; " +
        "make it an `nn.ReLU` in `__init__`",
    );
  });

  it("lead to the page of their rule", () => {
    const [found] = ours(uriOf(CLASSIFIER));
    assert.ok(typeof found?.code === "object");
    assert.match(found.code.target.toString(), /\/docs\/rules\/TR101\.md$/);
  });

  it("follow the typing and leave nothing behind", async () => {
    const editor = await show(CLASSIFIER);
    const last = editor.document.lineCount - 1;
    const added = "\n\nclass Second(nn.Module):\n    def forward(self, x):\n        return F.gelu(x)\n";
    await editor.edit((edit) => edit.insert(new vscode.Position(last, 0), added));
    const codes = (await findings(CLASSIFIER, 2)).map((each) => [codeOf(each), ...place(each.range)]);
    assert.deepEqual(codes, [
      ["TR101", 16, 12, 16, 18],
      ["TR101", last + 4, 15, last + 4, 21],
    ]);
    await vscode.commands.executeCommand("undo");
    await findings(CLASSIFIER, 1);
  });

  it("are not there for a model without any", async () => {
    await show("autoencoder.py");
    await findings(CLASSIFIER, 1);
    assert.deepEqual(ours(uriOf("autoencoder.py")), []);
  });
});
