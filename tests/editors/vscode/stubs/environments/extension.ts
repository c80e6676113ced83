import { type Chosen, Choice } from "../choice";

/** `ms-python.vscode-python-envs`, as of https://github.com/microsoft/vscode-python-environments/blob/main/src/api.ts. */
export function activate(): Chosen {
  const choice = new Choice();
  const api = {
    choice,
    getEnvironment: () => Promise.resolve({ execInfo: { run: { executable: choice.python } } }),
    onDidChangeEnvironment: choice.onDidChange,
  };
  return api;
}
