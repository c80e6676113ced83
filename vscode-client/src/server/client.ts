import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  type Middleware,
  RevealOutputChannelOn,
} from "vscode-languageclient/node";

import type { Launch } from "./launch";
import type { Session } from "./lifecycle";

export interface ClientParts {
  readonly log: vscode.LogOutputChannel;
  /** The folder that the server starts in; not the workspace, where Windows would look for programs first. */
  readonly folder: string;
  readonly middleware: Middleware;
  readonly trusted: () => boolean;
  /** Called with each URI of the server's, as it wrote it. */
  readonly received: (uri: string) => void;
  /** Called with each new client before it starts, to listen to its notifications. */
  readonly prepare: (client: LanguageClient) => void;
}

/** A language client whose server answers; ends are told, never mended here. */
export class ClientSession implements Session {
  private constructor(readonly client: LanguageClient) {}

  static async open(launch: Launch, parts: ClientParts, crashed: () => void): Promise<ClientSession> {
    const [command = "", ...args] = launch.command;
    parts.log.info(`Starting torchready ${launch.version} (${launch.source}): ${launch.command.join(" ")}`);
    const executable = { command, args, options: { cwd: parts.folder } };
    const client = new LanguageClient("torchready", "torchready", executable, options(parts, crashed));
    parts.prepare(client);
    const began = Date.now();
    await client.start();
    parts.log.info(`The server answered after ${Date.now() - began} ms.`);
    return new ClientSession(client);
  }

  async stop(): Promise<void> {
    await this.client.dispose();
  }
}

function options(parts: ClientParts, crashed: () => void): LanguageClientOptions {
  return {
    documentSelector: [
      { scheme: "file", language: "python" },
      { scheme: "untitled", language: "python" },
      { scheme: "vscode-notebook-cell", language: "python" },
    ],
    initializationOptions: { trusted: parts.trusted() },
    outputChannel: parts.log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    middleware: parts.middleware,
    uriConverters: {
      code2Protocol: (uri) => uri.toString(),
      protocol2Code: (uri) => {
        parts.received(uri);
        return vscode.Uri.parse(uri);
      },
    },
    markdown: { isTrusted: false, supportHtml: false },
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => {
        crashed();
        return { action: CloseAction.DoNotRestart, handled: true, message: "The server stopped by itself." };
      },
    },
    initializationFailedHandler: () => false,
  };
}
