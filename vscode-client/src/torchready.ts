import * as path from "node:path";
import * as vscode from "vscode";
import { DidChangeConfigurationNotification, type LanguageClient } from "vscode-languageclient/node";

import { registerCommands } from "./commands";
import { Documents } from "./documents";
import { inspector } from "./python/inspect";
import { Interpreters } from "./python/interpreters";
import { type Candidates, inOrder, NoServerError, resolveServer } from "./python/resolution";
import { Reports } from "./report/panel";
import { ClientSession } from "./server/client";
import { install, offerRemedy } from "./server/installation";
import type { Launch } from "./server/launch";
import { Lifecycle, type ServerState } from "./server/lifecycle";
import { middleware } from "./server/middleware";
import { importStrategy, interpreterSetting, SERVER_SETTINGS } from "./settings";
import { StatusItem } from "./status/item";
import type { ServerStatus } from "./status/presentation";
import { mayRun } from "./trust";
import { sleep } from "./within";

/** The extension: its parts, and who tells whom. */
export class Torchready implements vscode.Disposable {
  private readonly log = vscode.window.createOutputChannel("torchready", { log: true });
  private readonly status = new StatusItem();
  private readonly interpreters = new Interpreters(this.log);
  private readonly documents = new Documents(() => this.client);
  private readonly reports: Reports;
  private readonly bundle: string;
  private readonly version: string;
  private readonly lifecycle = new Lifecycle<ClientSession>({
    resolve: () => this.resolve(),
    open: (launch, crashed) => this.open(launch, crashed),
    changed: (state) => this.serverChanged(state),
    sleep,
  });

  constructor(context: vscode.ExtensionContext) {
    this.bundle = path.join(context.extensionPath, "bundled");
    this.version = (context.extension.packageJSON as { version: string }).version;
    this.reports = new Reports(context.extensionUri, () => this.client);
    context.subscriptions.push(this, this.log, this.status, this.interpreters, this.documents, this.reports);
    context.subscriptions.push(...this.registrations(), ...this.commands());
  }

  /** The client of the server that answers now, if one does. */
  get client(): LanguageClient | undefined {
    return this.lifecycle.session?.client;
  }

  /** What the status item shows; for tests in the editor. */
  get shown(): StatusItem["presentation"] {
    return this.status.presentation;
  }

  begin(): void {
    void this.lifecycle.restart();
    if (vscode.workspace.isTrusted) {
      this.interpreters.begin();
    }
  }

  async stop(): Promise<void> {
    await this.lifecycle.stop();
  }

  dispose(): void {
    void this.stop();
  }

  private registrations(): vscode.Disposable[] {
    return [
      this.interpreters.onDidChange(() => void this.interpreterChanged()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (SERVER_SETTINGS.some((setting) => event.affectsConfiguration(setting))) {
          void this.lifecycle.reconsider();
        }
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        void this.client?.sendNotification("torchready/didChangeTrust", { trusted: true });
        this.interpreters.begin();
      }),
    ];
  }

  private commands(): vscode.Disposable[] {
    return registerCommands({
      log: this.log,
      documents: this.documents,
      bundle: this.bundle,
      restart: () => this.lifecycle.restart(),
      install: () => this.install(),
      openReport: (model) => this.reports.open(model),
      isRunning: () => this.isRunning(),
      describe: () => this.describe(),
    });
  }

  private candidates(): Candidates {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    return {
      setting: interpreterSetting(folder),
      environment: this.interpreters.environment(folder),
      trusted: vscode.workspace.isTrusted,
      platform: process.platform,
    };
  }

  private resolve(): Promise<Launch> {
    return resolveServer(this.candidates(), importStrategy(), this.bundle, this.version, inspector(this.bundle));
  }

  private open(launch: Launch, crashed: () => void): Promise<ClientSession> {
    const hooks = {
      environment: (folder: vscode.Uri | undefined) => this.interpreters.environment(folder),
      mayRun,
      sawModel: (model: string) => this.reports.sawModel(model),
    };
    const parts = {
      log: this.log,
      folder: this.bundle,
      middleware: middleware(hooks),
      trusted: () => vscode.workspace.isTrusted,
      received: (uri: string) => this.documents.received(uri),
      prepare: (client: LanguageClient) => {
        client.onNotification("torchready/status", (status: ServerStatus) => this.statusChanged(status));
      },
    };
    return ClientSession.open(launch, parts, crashed);
  }

  private serverChanged(state: ServerState): void {
    this.status.setServer(state);
    if (state.kind !== "failed") {
      return;
    }
    this.log.error(state.reason);
    void (state.error instanceof NoServerError ? this.remedy(state.error) : this.tellFailure(state.reason));
  }

  private async remedy(error: NoServerError): Promise<void> {
    if (await offerRemedy(error, this.chosen(), this.log)) {
      await this.lifecycle.restart();
    }
  }

  private async tellFailure(reason: string): Promise<void> {
    const text = `torchready does not run: ${reason}`;
    const choice = await vscode.window.showErrorMessage(text, "Show Log", "Restart");
    if (choice === "Show Log") {
      this.log.show();
    } else if (choice === "Restart") {
      await this.lifecycle.restart();
    }
  }

  private statusChanged(status: ServerStatus): void {
    this.status.setStatus(status);
    if (status.model) {
      this.reports.sawModel(status.model);
    }
    if (status.state !== "verifying") {
      this.documents.refresh();
      void this.reports.refresh();
    }
  }

  /** The server that comes along is the same in any interpreter: only where none runs, one may now. */
  private async interpreterChanged(): Promise<void> {
    if (!(await this.isRunning()) || importStrategy() === "fromEnvironment") {
      await this.lifecycle.reconsider();
    }
    // The server asks for its settings again, and gets the interpreter with them.
    await this.client?.sendNotification(DidChangeConfigurationNotification.type, { settings: null });
  }

  /** Whether a server answers, after the start that may be under way. */
  private async isRunning(): Promise<boolean> {
    await this.lifecycle.settled();
    return this.client !== undefined;
  }

  private async install(): Promise<void> {
    if (await install(this.chosen(), this.log)) {
      await this.lifecycle.restart();
    }
  }

  private chosen(): readonly string[] {
    return inOrder(this.candidates())[0] ?? ["python3"];
  }

  private describe(): string {
    const { setting, environment, trusted } = this.candidates();
    return [
      `VS Code ${vscode.version}, ${vscode.env.appName}, torchready extension ${this.version}`,
      `workspace: ${trusted ? "trusted" : "not trusted"}`,
      `import strategy: ${importStrategy()}`,
      `interpreter by setting: ${setting?.join(" ") ?? "none"}; by the Python extension: ${environment?.join(" ") ?? "none"}`,
      `status: ${this.shown.text} ${this.shown.tooltip}`,
    ].join("\n");
  }
}
