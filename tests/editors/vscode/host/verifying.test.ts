import * as assert from "node:assert/strict";
import { after, describe, it } from "mocha";
import * as vscode from "vscode";

import { codeOf, findings, place, show } from "./sample";

describe("a model", () => {
  after(() => vscode.commands.executeCommand("workbench.action.closeAllEditors"));

  it("is verified on demand, and its failure is shown at its line", async () => {
    await show("autoencoder.py");
    await vscode.commands.executeCommand("torchready.verifyFile");
    const [found] = await findings("autoencoder.py", 1);
    assert.ok(found);
    assert.deepEqual([codeOf(found), ...place(found.range)], ["TR481", 15, 15, 15, 30]);
    assert.equal(found.severity, vscode.DiagnosticSeverity.Error);
    assert.match(found.message, /mat1 and mat2 shapes cannot be multiplied \(1x32 and 64x784\)/);
  });
});
