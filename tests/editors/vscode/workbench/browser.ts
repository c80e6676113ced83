import { type Browser, chromium } from "playwright-core";

/** Debian's Chromium, with nobody but the loopback to talk to. */
export function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    ],
  });
}

/** An address that opens a folder in VS Code with what else it is told. */
export function address(base: string, workspace: string, payload: readonly (readonly [string, string])[]): string {
  const query = new URLSearchParams({ folder: workspace, payload: JSON.stringify(payload) });
  return `${base}/?${query.toString()}`;
}

/** A file of this machine as the window names it. */
export function remote(base: string, path: string): string {
  return `vscode-remote://${new URL(base).host}${path}`;
}
