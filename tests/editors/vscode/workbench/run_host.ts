// node run-host.mjs PLAN: runs a bundle of tests inside the extension host of a running VS Code.
//
// VS Code's own protocol for this: the window is told where the tests are, and calls back with what they
// print and how they ended.
import { appendFileSync, readFileSync } from "node:fs";

import { address, launch, remote } from "./browser";

interface Plan {
  readonly base: string;
  readonly workspace: string;
  readonly chromium: string;
  readonly extension: string;
  readonly tests: string;
  readonly picture: string;
  readonly log: string;
}

/** With which the tests begin what is theirs. */
const PREFIX = "[tests] ";
const LIMIT_MILLISECONDS = 600_000;
const plan = JSON.parse(readFileSync(process.argv[2] ?? "", "utf-8")) as Plan;
const browser = await launch(plan.chromium);
try {
  process.exitCode = await run(plan);
} finally {
  await browser.close();
}

async function run({ base, workspace, extension, tests, picture, log }: Plan): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  const page = await context.newPage();
  const ended = new Promise<number>((resolve) => {
    void page.exposeFunction("codeAutomationExit", resolve);
  });
  await page.exposeFunction("codeAutomationLog", (_: string, parts: unknown[]) => {
    const line = `${parts.join(" ")}\n`;
    appendFileSync(log, line);
    if (line.startsWith(PREFIX)) {
      process.stdout.write(line.slice(PREFIX.length));
    }
  });
  const payload = [
    ["extensionDevelopmentPath", remote(base, extension)],
    ["extensionTestsPath", remote(base, tests)],
  ] as const;
  await page.goto(address(base, workspace, payload));
  const tooLong = new Promise<number>((resolve) => setTimeout(resolve, LIMIT_MILLISECONDS, 1).unref());
  const code = await Promise.race([ended, tooLong]);
  if (code !== 0) {
    await page.screenshot({ path: picture });
    process.stdout.write(`the tests in the extension host failed; the window: ${picture}, and what it said: ${log}\n`);
  }
  return code;
}
