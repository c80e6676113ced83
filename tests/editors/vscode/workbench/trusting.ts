import { after, afterEach, before, describe, it } from "mocha";

import { picturing, type Plan, Window } from "./window";

/** A folder that nobody trusts yet: its code is read, and nothing of it runs until somebody says so. */
export function trusting(plan: Plan): void {
  describe("in a folder that is not trusted", () => {
    let window: Window;
    before(async () => {
      window = await Window.open(plan, "classifier.py");
    });
    after(() => window.close());
    afterEach(picturing(() => window));

    it("findings are shown, and the status says that models do not run", async () => {
      await window.squiggles.first().waitFor();
      await window.seeStatus(/Models do not run, because this workspace is not trusted/);
    });

    it("a model is not verified, and a message says why", async () => {
      await window.goTo(8, 1);
      await window.command("torchready: Verify This Model");
      await window.see("does not run your model: this workspace is not trusted");
      await window.picture("not-trusted");
    });

    it("it is, once the folder is trusted", async () => {
      await window.page.getByRole("button", { name: "Manage Workspace Trust" }).click();
      await window.page.locator(".workspace-trust-editor").getByRole("button", { name: "Trust", exact: true }).click();
      await window.see("You trust this folder");
      // A page among the files, or, in newer versions, before all of them.
      const before = window.page.locator(".monaco-modal-editor-block");
      if (await before.isVisible()) {
        await before.locator(".codicon-close").first().click();
        await before.waitFor({ state: "hidden" });
      } else {
        await window.page.locator('.tab[data-resource-name="classifier.py"]').click();
      }
      await window.goTo(8, 1);
      await window.command("torchready: Verify This Model");
      await window.lens("forward passed").waitFor();
    });
  });
}
