/** As much of `vscode` as the tested parts need, with what they did to it. */

export const editor = {
  trusted: true,
  warnings: [] as string[],
  answer: undefined as string | undefined,
  executed: [] as unknown[][],
  settings: {} as Record<string, unknown>,
};

export const workspace = {
  get isTrusted(): boolean {
    return editor.trusted;
  },
  getConfiguration: () => ({ get: (name: string, standard?: unknown) => editor.settings[name] ?? standard }),
};

export const window = {
  showWarningMessage: (message: string): Promise<string | undefined> => {
    editor.warnings.push(message);
    return Promise.resolve(editor.answer);
  },
};

export const commands = {
  executeCommand: (...call: unknown[]): Promise<void> => {
    editor.executed.push(call);
    return Promise.resolve();
  },
};

export const Uri = {
  parse: (text: string) => ({ toString: () => text, fsPath: text.replace("file://", "") }),
};

export class CodeLens {
  constructor(
    readonly range: unknown,
    readonly command: unknown,
  ) {}
}
