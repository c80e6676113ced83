import type { Place, Report } from "./data";

/** What the page is inside of: an editor's webview, or a browser that opened a file. */
export interface Host {
  readonly isEditor: boolean;
  open(place: Place): void;
  /** A link to a place for hosts that follow links by themselves. */
  link(place: Place): string;
  remember(state: unknown): void;
  recall(): unknown;
}

interface EditorApi {
  postMessage(message: unknown): void;
  setState(state: unknown): void;
  getState(): unknown;
}

declare global {
  var acquireVsCodeApi: (() => EditorApi) | undefined;
}

export function findHost(): Host {
  const editor = globalThis.acquireVsCodeApi?.();
  if (editor === undefined) {
    return { isEditor: false, open: follow, link: editorLink, remember: () => undefined, recall: () => undefined };
  }
  return {
    isEditor: true,
    open: (place) => editor.postMessage({ type: "open", place }),
    link: () => "#",
    remember: (state) => editor.setState(state),
    recall: () => editor.getState(),
  };
}

function follow(place: Place): void {
  location.href = editorLink(place);
}

/** VS Code opens such links, wherever they are clicked. */
export function editorLink(place: Place): string {
  const path = place.filename.replaceAll("\\", "/");
  const rooted = path.startsWith("/") ? path : `/${path}`;
  return `vscode://file${encodeURI(rooted)}:${place.location.row}:${place.location.column}`;
}

/** Reports that stand in the page itself. */
export function embeddedReports(): Report[] {
  const text = document.getElementById("reports")?.textContent ?? "[]";
  return JSON.parse(text) as Report[];
}

/** Reports that the editor sends. */
export function onReports(listen: (reports: Report[]) => void): void {
  window.addEventListener("message", (event: MessageEvent<{ type?: string; reports?: Report[] }>) => {
    if (event.data.type === "reports" && event.data.reports !== undefined) {
      listen(event.data.reports);
    }
  });
}
