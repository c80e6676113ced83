import { execFile } from "node:child_process";
import * as vscode from "vscode";

import { NoServerError } from "../python/resolution";
import { message } from "./lifecycle";

const INSTALL = "Install torchready in This Environment";
const BUNDLED = "Use the Bundled One";
const CHOOSE = "Choose an Interpreter";
const SETTINGS = "Open Settings";

/** Tells that nothing can run the server, and offers what mends it. Resolves to whether to try again. */
export async function offerRemedy(
  error: NoServerError,
  interpreter: readonly string[],
  log: vscode.LogOutputChannel,
): Promise<boolean> {
  const buttons = error.missing === "torchready" ? [INSTALL, BUNDLED] : [CHOOSE, SETTINGS];
  switch (await vscode.window.showErrorMessage(error.message, ...buttons)) {
    case INSTALL:
      return install(interpreter, log);
    case BUNDLED:
      await vscode.workspace.getConfiguration("torchready").update("importStrategy", "useBundled", target());
      return false; // The change of the setting starts it.
    case CHOOSE:
      await chooseInterpreter();
      return false;
    case SETTINGS:
      await vscode.commands.executeCommand("workbench.action.openSettings", "torchready.interpreter");
      return false;
    default:
      return false;
  }
}

/** Where the setting stands that has to change. */
function target(): vscode.ConfigurationTarget {
  const set = vscode.workspace.getConfiguration("torchready").inspect("importStrategy");
  return set?.workspaceValue === undefined ? vscode.ConfigurationTarget.Global : vscode.ConfigurationTarget.Workspace;
}

/** `pip install torchready`, with progress; whether it went well. */
export async function install(interpreter: readonly string[], log: vscode.LogOutputChannel): Promise<boolean> {
  const [command = "python3", ...options] = interpreter;
  const location = vscode.ProgressLocation.Notification;
  const title = `Installing torchready in ${command}`;
  try {
    await vscode.window.withProgress({ location, title }, () => run(command, [...options, ...PIP_INSTALL], log));
    void vscode.window.showInformationMessage(`torchready is installed in ${command}.`);
    return true;
  } catch (error) {
    log.error(message(error));
    const text = `torchready could not be installed in ${command}: ${message(error)}`;
    void vscode.window.showErrorMessage(text, "Show Log").then((chosen) => chosen && log.show());
    return false;
  }
}

const PIP_INSTALL = ["-m", "pip", "install", "--disable-pip-version-check", "torchready"];

function run(command: string, args: readonly string[], log: vscode.LogOutputChannel): Promise<void> {
  log.info(`${command} ${args.join(" ")}`);
  return new Promise((resolve, reject) => {
    execFile(command, args, { windowsHide: true }, (error, output, complaint) => {
      log.info(output + complaint);
      if (error === null) {
        resolve();
      } else {
        // What pip says last is why; where it does not even start, the system says so.
        const last = complaint.trim().split("\n").at(-1);
        reject(new Error(last === "" ? error.message : last));
      }
    });
  });
}

async function chooseInterpreter(): Promise<void> {
  const known = await vscode.commands.getCommands(true);
  if (known.includes("python.setInterpreter")) {
    await vscode.commands.executeCommand("python.setInterpreter");
  } else {
    await vscode.commands.executeCommand("workbench.action.openSettings", "torchready.interpreter");
  }
}
