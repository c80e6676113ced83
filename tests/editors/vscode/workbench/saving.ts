import * as assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";

import type { Window } from "./window";

const FILE = "gate.py";
const TEXT = `import torch.nn.functional as F
from torch import nn


class Gate(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 4)

    def forward(self, x):
        return self.linear(x)
`;
const SETTINGS = { "editor.codeActionsOnSave": { "source.fixAll.torchready": "explicit" } };

/** Fix on save, by keys alone. */
export function saving(window: () => Window): void {
  describe("with fix on save", () => {
    before(async () => {
      await window().write(FILE, TEXT);
      await window().write(".vscode/settings.json", JSON.stringify(SETTINGS));
      await window().openFile(FILE);
    });
    after(async () => {
      await window().write(".vscode/settings.json", "{}");
      await window().command("View: Close Editor");
    });

    it("what is typed is saved repaired", async () => {
      await window().goTo(11, 16);
      await window().type("F.gelu(");
      await window().press("End");
      await window().type(")");
      await window().press("Control+KeyS");
      await window().until("repaired file", async () => (await window().onDisk(FILE)) !== TEXT);
      const repaired = TEXT.replace("return self.linear(x)", "return self.gelu(self.linear(x))").replace(
        "nn.Linear(4, 4)\n",
        "nn.Linear(4, 4)\n        self.gelu = nn.GELU()\n",
      );
      assert.equal(await window().onDisk(FILE), repaired);
    });
  });
}
