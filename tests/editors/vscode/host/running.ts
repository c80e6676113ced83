// Runs inside the extension host of the real VS Code.
import { format } from "node:util";
import Mocha from "mocha";
import * as vscode from "vscode";

/** Tells the report apart from what else the window prints. */
const PREFIX = "[tests] ";

/** Runs what `load` describes; rejects when one of them fails, which is what VS Code wants to know. */
export async function runTests(load: () => Promise<void>): Promise<void> {
  const mocha = new Mocha({ ui: "bdd", timeout: 240_000, reporter: "spec", color: false });
  mocha.suite.title = `in the extension host of VS Code ${vscode.version}`;
  Mocha.reporters.Base.consoleLog = report;
  mocha.suite.emit("pre-require", globalThis, "", mocha);
  await load();
  await new Promise<void>((resolve, reject) => {
    mocha.run((failures) => (failures === 0 ? resolve() : reject(new Error(`${failures} tests failed`))));
  });
}

/** Prints a line among those of the tests. */
export function report(...parts: unknown[]): void {
  for (const line of format(...parts).split("\n")) {
    console.log(PREFIX + line);
  }
}
