import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";

export const SCHEME = "torchready";

/** Read-only `torchready:` documents: the server's details of a run, and the pages of rules. */
export class Documents implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  private readonly pages = new Map<string, string>();
  /** The server's own spelling of URIs, which VS Code writes in another way. */
  private readonly spelled = new Map<string, string>();

  readonly onDidChange = this.changed.event;

  constructor(private readonly client: () => LanguageClient | undefined) {}

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const page = this.pages.get(uri.path);
    if (page !== undefined) {
      return page;
    }
    const client = this.client();
    if (client === undefined) {
      return "torchready's server is not running; restart it and open this again.";
    }
    const spelled = this.spelled.get(uri.toString()) ?? uri.toString(true);
    const answer = await client.sendRequest<{ text: string } | null>("torchready/document", { uri: spelled });
    return answer?.text ?? "This detail is not kept any more; verify the model again.";
  }

  /** A URI came from the server. */
  received(uri: string): void {
    if (uri.startsWith(`${SCHEME}:`)) {
      this.spelled.set(vscode.Uri.parse(uri).toString(), uri);
    }
  }

  /** Keep a page of the client's own, and say where it can be opened. */
  keep(path: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: SCHEME, path });
    this.pages.set(uri.path, text);
    this.changed.fire(uri);
    return uri;
  }

  /** A run has ended: what is open of earlier runs is read again. */
  refresh(): void {
    for (const document of vscode.workspace.textDocuments) {
      if (document.uri.scheme === SCHEME && !this.pages.has(document.uri.path)) {
        this.changed.fire(document.uri);
      }
    }
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }
}
