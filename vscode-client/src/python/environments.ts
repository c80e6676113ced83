import * as vscode from "vscode";

import { within } from "../within";

/** Where the interpreter of a folder is known: one of Microsoft's two extensions, both optional. */
export interface EnvironmentSource {
  readonly name: string;
  interpreter(folder: vscode.Uri | undefined): Promise<readonly string[] | undefined>;
  readonly onDidChange: vscode.Event<unknown>;
}

// The parts of the two extensions' interfaces that are used here.
interface EnvironmentsApi {
  getEnvironment(scope: vscode.Uri | undefined): Promise<ManagedEnvironment | undefined>;
  readonly onDidChangeEnvironment: vscode.Event<unknown>;
}
interface ManagedEnvironment {
  readonly execInfo?: { readonly run?: { readonly executable?: string; readonly args?: readonly string[] } };
}
interface PythonApi {
  readonly environments?: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { readonly path: string };
    resolveEnvironment(environment: {
      readonly path: string;
    }): Promise<{ readonly executable: { readonly uri: vscode.Uri | undefined } } | undefined>;
    readonly onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
  };
}

const ENVIRONMENTS_EXTENSION = "ms-python.vscode-python-envs";
const PYTHON_EXTENSION = "ms-python.python";
/** Finding environments has been seen to take minutes; what comes later arrives as a change. */
const PATIENCE_MILLISECONDS = 10_000;

/** The first of the extensions that is installed and answers. */
export async function environmentSource(): Promise<EnvironmentSource | undefined> {
  return (
    managedEnvironments((await exportsOf(ENVIRONMENTS_EXTENSION)) as EnvironmentsApi | undefined) ??
    pythonEnvironments((await exportsOf(PYTHON_EXTENSION)) as PythonApi | undefined)
  );
}

async function exportsOf(id: string): Promise<unknown> {
  const extension = vscode.extensions.getExtension<unknown>(id);
  return extension && within(PATIENCE_MILLISECONDS, extension.activate());
}

function managedEnvironments(api: EnvironmentsApi | undefined): EnvironmentSource | undefined {
  if (typeof api?.getEnvironment !== "function") {
    return undefined;
  }
  return {
    name: ENVIRONMENTS_EXTENSION,
    onDidChange: api.onDidChangeEnvironment,
    async interpreter(folder) {
      const environment = await within(PATIENCE_MILLISECONDS, api.getEnvironment(folder));
      const run = environment?.execInfo?.run;
      return run?.executable === undefined ? undefined : [run.executable, ...(run.args ?? [])];
    },
  };
}

function pythonEnvironments(api: PythonApi | undefined): EnvironmentSource | undefined {
  const environments = api?.environments;
  if (environments === undefined) {
    return undefined;
  }
  return {
    name: PYTHON_EXTENSION,
    onDidChange: environments.onDidChangeActiveEnvironmentPath,
    async interpreter(folder) {
      const active = environments.getActiveEnvironmentPath(folder);
      const resolved = await within(PATIENCE_MILLISECONDS, environments.resolveEnvironment(active));
      const executable = resolved?.executable.uri?.fsPath;
      return executable === undefined ? undefined : [executable];
    },
  };
}
