import * as assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import * as vscode from "vscode";

import type { Choice, Chosen } from "../stubs/choice";
import { codeOf, findings, show, until } from "./sample";
import { clientAfter, torchready } from "./torchready";

const FILE = "autoencoder.py";
const IDS = ["ms-python.python", "ms-python.vscode-python-envs"];

describe("the environment that is chosen in the Python extension", () => {
  let choice: Choice;
  let another: string;
  before(async () => {
    const extension = IDS.map((id) => vscode.extensions.getExtension<Chosen>(id)).find((each) => each !== undefined);
    assert.ok(extension);
    choice = (await extension.activate()).choice;
    // Another path of the same interpreter, which can do the same.
    another = `${choice.python}3`;
    await show(FILE);
  });
  after(() => vscode.commands.executeCommand("workbench.action.closeAllEditors"));

  it("runs the models", async () => {
    await known(choice.python);
    await verified(choice.python);
  });

  it("can change without another server, where that comes with the extension", async () => {
    const { client } = await torchready();
    choice.choose(another);
    await known(another);
    await verified(another);
    assert.equal((await torchready()).client, client);
  });

  it("runs the server too where the settings say so", async () => {
    const { client } = await torchready();
    await vscode.workspace.getConfiguration("torchready").update("importStrategy", "fromEnvironment");
    await clientAfter(client);
    assert.match((await torchready()).shown.tooltip, /^torchready .*, environment$/);
  });

  it("restarts that server when it changes, and only then", async () => {
    const { client, shown } = await torchready();
    choice.choose(another);
    await verified(another);
    assert.equal((await torchready()).client, client, shown.tooltip);
    choice.choose(another.slice(0, -1));
    await clientAfter(client);
    await verified(choice.python);
  });
});

/** Wait until the extension knows that this interpreter was chosen. */
async function known(python: string): Promise<void> {
  await until(`environment ${python}`, async () => {
    await vscode.commands.executeCommand("torchready.showDebugInformation");
    const text = vscode.window.activeTextEditor?.document.getText();
    return text?.includes(`by the Python extension: ${python}\n`) === true ? true : undefined;
  });
  await show(FILE);
}

/** Verify the model, which needs torch, and see in which interpreter that happened. */
async function verified(python: string): Promise<void> {
  await vscode.commands.executeCommand("torchready.verifyFile");
  const [found] = await findings(FILE, 1);
  assert.equal(codeOf(found), "TR481");
  const told = await vscode.commands.executeCommand<string>("torchready.debugInformation");
  assert.match(told, new RegExp(`^ {2}${python}\\b`, "m"));
}
