// Runs inside the extension host of the real VS Code; `run` is what VS Code calls.
import { format } from "node:util";
import Mocha from "mocha";
import * as vscode from "vscode";

/** Tells the report apart from what else the window prints. */
const PREFIX = "[tests] ";

export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: "bdd", timeout: 240_000, reporter: "spec", color: false });
  mocha.suite.title = `in the extension host of VS Code ${vscode.version}`;
  Mocha.reporters.Base.consoleLog = (...parts: unknown[]): void => {
    for (const line of format(...parts).split("\n")) {
      console.log(PREFIX + line);
    }
  };
  mocha.suite.emit("pre-require", globalThis, "", mocha);
  await import("./diagnostics.test");
  // Before anything is saved, which starts runs.
  await import("./server.test");
  await import("./repairs.test");
  await import("./reading.test");
  await import("./verifying.test");
  await new Promise<void>((resolve, reject) => {
    mocha.run((failures) => (failures === 0 ? resolve() : reject(new Error(`${failures} tests failed`))));
  });
}
