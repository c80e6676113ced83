import * as vscode from "vscode";

import { type Chosen, Choice } from "../choice";

/** `ms-python.python`, as of https://github.com/microsoft/vscode-python/blob/main/src/client/api/types.ts. */
export function activate(): Chosen & { readonly environments: object } {
  const choice = new Choice();
  return {
    choice,
    environments: {
      getActiveEnvironmentPath: () => ({ id: choice.python, path: choice.python }),
      resolveEnvironment: ({ path }: { readonly path: string }) =>
        Promise.resolve({ executable: { uri: vscode.Uri.file(path) } }),
      onDidChangeActiveEnvironmentPath: choice.onDidChange,
    },
  };
}
