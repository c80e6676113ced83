import * as assert from "node:assert/strict";
import { describe, it } from "mocha";

import type { Window } from "./window";

const FILE = "autoencoder.py";

/** Fix on save, which this window's settings ask for, by keys alone. */
export function saving(window: () => Window): void {
  describe("with fix on save", () => {
    it("what is typed is saved repaired", async () => {
      const before = await window().onDisk(FILE);
      await window().openFile(FILE);
      await window().goTo(16, 16);
      await window().type("torch.relu(");
      await window().press("End");
      await window().type(")");
      await window().press("Control+KeyS");
      await window().until("repaired file", async () => (await window().onDisk(FILE)) !== before);
      const repaired = before
        .replace("return self.decoder(x)", "return self.relu(self.decoder(x))")
        .replace("nn.Linear(64, 784)\n", "nn.Linear(64, 784)\n        self.relu = nn.ReLU()\n");
      assert.equal(await window().onDisk(FILE), repaired);
    });
  });
}
