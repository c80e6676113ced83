import * as assert from "node:assert/strict";
import { describe, it } from "mocha";

import type { Window } from "./window";

const PASSED = "forward passed, trace passed, export passed, onnx passed";

/** After the repair was saved: the run that this started, its report, and a model that fails. */
export function verifying(window: () => Window): void {
  describe("a model", () => {
    it("is verified when its file is saved, and a code lens says how that went", async () => {
      await window().lens(PASSED).waitFor();
      await window().seeStatus(/Classifier: forward passed/);
      await window().picture("verified");
    });

    it("is named by the status, and a click there shows the log", async () => {
      await window().status(/Classifier: forward passed/).click();
      await window().page.locator(".output-view").getByText("Starting torchready").first().waitFor();
      await window().picture("log");
    });

    it("has a report, and a click in it goes to the line", async () => {
      await window().command("View: Hide Panel");
      await window().command("View: Close Primary Side Bar");
      await window().lens("Module tree").click();
      const report = window().webview;
      const card = report.getByRole("treeitem", { name: /relu\s*ReLU/ });
      await card.click();
      await report.getByRole("heading", { name: "relu", exact: true }).waitFor();
      await window().picture("report");
      await report.getByText("classifier.py:15").click();
      await window().see("Ln 15, Col 18 (9 selected)");
    });

    it("has a report that keys walk through, and one of them goes to the line", async () => {
      const report = window().webview;
      await report.getByRole("treeitem", { name: /relu\s*ReLU/ }).click();
      await window().press("Home");
      await report.getByRole("heading", { name: "Classifier", exact: true }).waitFor();
      await window().press("ArrowRight");
      await report.getByRole("heading", { name: "conv", exact: true }).waitFor();
      await window().press("Enter");
      await window().see("Ln 18, Col 32 (9 selected)");
    });

    it("that fails shows its finding at the line", async () => {
      await window().command("View: Close All Editors");
      await window().openFile("autoencoder.py");
      await window().press("Control+Shift+KeyM");
      await window().goTo(8, 1);
      await window().command("torchready: Verify This Model");
      const row = window().problem("forward fails on the dummy input");
      await row.waitFor();
      assert.match(await row.innerText(), /torchready\s*TR481\s*\[Ln 16, Col 16\]/);
      await window().lens("forward failed").waitFor();
      await window().page.locator(".monaco-editor .squiggly-error").first().waitFor();
      await window().picture("failing");
    });
  });
}
