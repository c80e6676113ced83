import { performance } from "node:perf_hooks";
import { after, describe, it } from "mocha";
import * as vscode from "vscode";

import { report } from "./running";
import { CLASSIFIER, findings, show } from "./sample";
import { torchready } from "./torchready";

// Nothing is asserted about the times: they are the machine's as much as ours.
describe("the start", () => {
  after(() => vscode.commands.executeCommand("workbench.action.closeAllEditors"));

  it("is that of the extension, and findings follow", async () => {
    const opened = performance.now();
    await show(CLASSIFIER);
    await torchready();
    const active = performance.now();
    await findings(CLASSIFIER, 1);
    const found = performance.now();
    report(`      active ${since(opened, active)} after a Python file was opened, the first finding ${since(active, found)} later;`);
    report("      it is the first start of this server, for which Python compiles its modules");
  });

  it("is quick", async () => {
    await show(CLASSIFIER);
    await findings(CLASSIFIER, 1);
    const asked = performance.now();
    await vscode.commands.executeCommand("torchready.restartServer");
    await findings(CLASSIFIER, 0);
    await findings(CLASSIFIER, 1);
    report(`      the finding is there again ${since(asked, performance.now())} after a restart was asked for`);
  });
});

function since(start: number, end: number): string {
  return `${Math.round(end - start)} ms`;
}
