import * as assert from "node:assert/strict";
import { describe, it } from "mocha";
import * as vscode from "vscode";

import { CLASSIFIER, FIX, findings, fixed, ours, restoring, show, textOnDisk, until, uriOf } from "./sample";

describe("repairs", () => {
  it("are offered with the preferred one first", async () => {
    await show(CLASSIFIER);
    const [found] = await findings(CLASSIFIER, 1);
    assert.ok(found);
    const actions = await quickFixes(found.range);
    assert.deepEqual(
      actions.map((action) => [action.title, action.isPreferred ?? false]),
      [
        [FIX, true],
        ["Disable TR101 for this line", false],
        ["Disable TR101 for this file", false],
      ],
    );
  });

  it("change the text, take back the finding, and are saved", () =>
    restoring(CLASSIFIER, async () => {
      const editor = await show(CLASSIFIER);
      const before = editor.document.getText();
      const [found] = await findings(CLASSIFIER, 1);
      assert.ok(found);
      const [action] = await quickFixes(found.range);
      assert.ok(action?.edit);
      assert.ok(await vscode.workspace.applyEdit(action.edit));
      await findings(CLASSIFIER, 0);
      await editor.document.save();
      assert.equal(await textOnDisk(CLASSIFIER), fixed(before));
    }));

  it("are all made by one command", () =>
    restoring(CLASSIFIER, async () => {
      const editor = await show(CLASSIFIER);
      const before = editor.document.getText();
      await findings(CLASSIFIER, 1);
      await vscode.commands.executeCommand("torchready.fixAllProblems");
      await until("repaired text", () => editor.document.getText() === fixed(before) || undefined);
      await findings(CLASSIFIER, 0);
    }));

  it("are all made on save where the settings say so", () =>
    restoring(CLASSIFIER, async () => {
      const editor = await show(CLASSIFIER);
      const before = editor.document.getText();
      await findings(CLASSIFIER, 1);
      const settings = vscode.workspace.getConfiguration("editor", uriOf(CLASSIFIER));
      await settings.update("codeActionsOnSave", { "source.fixAll.torchready": "explicit" });
      try {
        await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), "# A comment.\n"));
        // Who saves sooner than the server has looked saves the text as it is.
        await until("finding one line further down", () => ours(uriOf(CLASSIFIER))[0]?.range.start.line === 17 || undefined);
        await vscode.commands.executeCommand("workbench.action.files.save");
        await until("saved file", async () => (await textOnDisk(CLASSIFIER)) !== before || undefined);
        assert.equal(await textOnDisk(CLASSIFIER), `# A comment.\n${fixed(before)}`);
      } finally {
        await settings.update("codeActionsOnSave", undefined);
      }
    }));
});

async function quickFixes(range: vscode.Range): Promise<vscode.CodeAction[]> {
  const kind = vscode.CodeActionKind.QuickFix.value;
  const uri = uriOf(CLASSIFIER);
  return until("quick fixes", async () => {
    const all = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      "vscode.executeCodeActionProvider",
      uri,
      range,
      kind,
      10,
    );
    return all.length > 0 ? all : undefined;
  });
}
