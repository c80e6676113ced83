import * as assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "mocha";

import { saving } from "./saving";
import { verifying } from "./verifying";
import { picturing, type Plan, Window } from "./window";

const FILE = "classifier.py";
const FIX = "Use a module, `self.relu = nn.ReLU()`";

/** A functional layer is typed, found, and repaired with three keys. */
export function typing(plan: Plan): void {
  describe("in the window of VS Code", () => {
    let window: Window;
    before(async () => {
      window = await Window.open(plan, FILE);
    });
    after(() => window.close());
    afterEach(picturing(() => window));

    it("a functional layer is underlined as it is typed", async () => {
      await window.squiggles.first().waitFor();
      await window.goTo(17, 9);
      await window.press("Shift+End", "Delete");
      await window.until("clean file", async () => (await window.squiggles.count()) === 0);
      await window.type("x = F.relu(self.conv(x");
      await window.seeCode("x = F.relu(self.conv(x))");
      await window.squiggles.first().waitFor();
      assert.equal(await window.squiggles.count(), 1);
    });

    it("the finding has a row in the Problems", async () => {
      await window.press("Control+Shift+KeyM");
      const row = window.problem("`F.relu` is called as a function");
      await row.waitFor();
      assert.match(await row.innerText(), /torchready\s*TR101\s*\[Ln 17, Col 13\]/);
      await window.picture("problems");
    });

    it("Ctrl+. and Enter repair it", async () => {
      await window.goTo(17, 15);
      await window.press("Control+Period");
      await window.page.locator(".action-widget .monaco-list-row", { hasText: FIX }).waitFor();
      await window.picture("quick-fix");
      await window.press("Enter");
      await window.seeCode("self.relu = nn.ReLU()");
      await window.seeCode("x = self.relu(self.conv(x))");
      await window.until("clean file", async () => (await window.squiggles.count()) === 0);
    });

    it("and it is saved", async () => {
      await window.press("Control+KeyS");
      await window.until("repaired file", async () => (await window.onDisk(FILE)).includes("self.relu = nn.ReLU()"));
      assert.match(await window.onDisk(FILE), /^ {8}x = self\.relu\(self\.conv\(x\)\)$/m);
      await window.picture("repaired");
    });

    verifying(() => window);
    saving(() => window);
  });
}
