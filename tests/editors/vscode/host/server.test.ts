import * as assert from "node:assert/strict";
import { after, describe, it } from "mocha";
import * as vscode from "vscode";

import { CLASSIFIER, findings, show, uriOf } from "./sample";
import { clientAfter, torchready } from "./torchready";

describe("the server", () => {
  after(() => vscode.commands.executeCommand("workbench.action.closeAllEditors"));

  it("follows a change of the settings", async () => {
    await show(CLASSIFIER);
    await findings(CLASSIFIER, 1);
    const settings = vscode.workspace.getConfiguration("torchready", uriOf(CLASSIFIER));
    await settings.update("ignore", ["TR101"]);
    await findings(CLASSIFIER, 0);
    await settings.update("ignore", undefined);
    await findings(CLASSIFIER, 1);
  });

  it("follows a change of the configuration file", async () => {
    await show(CLASSIFIER);
    await findings(CLASSIFIER, 1);
    const uri = uriOf("pyproject.toml");
    const before = await vscode.workspace.fs.readFile(uri);
    const ignoring = '[tool.torchready]\nignore = ["TR101"]\n\n';
    const text = new TextDecoder().decode(before);
    const at = text.indexOf("[[tool.torchready.model]]");
    const changed = text.slice(0, at) + ignoring + text.slice(at);
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(changed));
    await findings(CLASSIFIER, 0);
    await vscode.workspace.fs.writeFile(uri, before);
    await findings(CLASSIFIER, 1);
  });

  it("is another one after a restart, and finds the same", async () => {
    await show(CLASSIFIER);
    await findings(CLASSIFIER, 1);
    const { client } = await torchready();
    assert.ok(client);
    await vscode.commands.executeCommand("torchready.restartServer");
    await clientAfter(client);
    await findings(CLASSIFIER, 1);
  });

  it("comes back after a crash", async () => {
    await show(CLASSIFIER);
    const { client } = await torchready();
    const told = await vscode.commands.executeCommand<string>("torchready.debugInformation");
    const number = /process (\d+)/.exec(told)?.[1];
    assert.ok(number);
    process.kill(Number(number), "SIGKILL");
    await clientAfter(client);
    await findings(CLASSIFIER, 1);
  });
});
