// node picture-report.mjs PLAN: takes the picture of a report in a browser, with a module that fails chosen.
import { readFileSync } from "node:fs";

import { launch } from "./browser";

interface Plan {
  readonly chromium: string;
  readonly report: string;
  readonly picture: string;
}

const plan = JSON.parse(readFileSync(process.argv[2] ?? "", "utf-8")) as Plan;
const browser = await launch(plan.chromium);
try {
  const context = await browser.newContext({ viewport: { width: 1280, height: 780 }, colorScheme: "light" });
  const page = await context.newPage();
  await page.goto(plan.report);
  await page.getByRole("treeitem", { name: /^heads\.0\b/ }).click();
  await page.getByRole("button", { name: "Fit" }).click();
  // The cards move to their places.
  await page.waitForTimeout(1000);
  await page.screenshot({ path: plan.picture });
} finally {
  await browser.close();
}
