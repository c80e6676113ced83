import * as assert from "node:assert/strict";
import * as vscode from "vscode";

import { until } from "./sample";

/** What the extension gives to those who ask for it. */
export interface Torchready {
  readonly client: object | undefined;
  readonly shown: { readonly text: string; readonly tooltip: string };
}

export async function torchready(): Promise<Torchready> {
  const extension = vscode.extensions.getExtension<Torchready>("torchready.torchready");
  assert.ok(extension);
  return extension.activate();
}

/** The client of a server that answers, once it is another than the one before. */
export function clientAfter(before: object | undefined): Promise<object> {
  return until("another server", async () => {
    const { client } = await torchready();
    return client === before ? undefined : client;
  });
}
