import { after, afterEach, before, describe, it } from "mocha";

import { picturing, type Plan, Window } from "./window";

/** The settings ask for the torchready of an environment that has none. */
export function installing(plan: Plan): void {
  describe("in an environment without torchready", () => {
    let window: Window;
    before(async () => {
      window = await Window.open(plan, "classifier.py");
    });
    after(() => window.close());
    afterEach(picturing(() => window));

    it("a message and the status say that it is not installed", async () => {
      await window.see("torchready is not installed in");
      await window.seeStatus(/torchready is not installed in/);
      await window.picture("not-installed");
    });

    it("a click installs it, and findings follow", async () => {
      await window.page.getByRole("button", { name: "Install torchready in This Environment" }).click();
      await window.see("Installing torchready in");
      await window.picture("installing");
      await window.see("torchready is installed in");
      await window.squiggles.first().waitFor();
      await window.seeStatus(/torchready \d+\.\d+\.\d+, environment/);
      await window.picture("installed");
    });
  });
}
