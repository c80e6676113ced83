import { readFile } from "node:fs/promises";
import * as path from "node:path";
import type { Context } from "mocha";
import type { Browser, FrameLocator, Locator, Page } from "playwright-core";

import { address, launch, remote } from "./browser";

export interface Plan {
  readonly base: string;
  readonly workspace: string;
  readonly chromium: string;
  readonly pictures: string;
  readonly tests: "workbench" | "trust" | "install";
}

// Far beyond what anything takes on a machine that is not busy.
const LIMIT_MILLISECONDS = 120_000;
const PAUSE_MILLISECONDS = 100;

/** The window of VS Code with a file open, by what a person sees and presses. */
export class Window {
  private constructor(
    private readonly plan: Plan,
    private readonly browser: Browser,
    readonly page: Page,
  ) {}

  static async open(plan: Plan, file: string): Promise<Window> {
    const browser = await launch(plan.chromium);
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    page.setDefaultTimeout(LIMIT_MILLISECONDS);
    const window = new Window(plan, browser, page);
    const opened = [["openFile", remote(plan.base, path.join(plan.workspace, file))]] as const;
    await page.goto(address(plan.base, plan.workspace, opened));
    await page.waitForSelector(`.tab[data-resource-name="${file}"]`);
    await window.editor.waitFor();
    return window;
  }

  async close(): Promise<void> {
    await this.browser.close();
  }

  get editor(): Locator {
    return this.page.locator(".editor-instance .monaco-editor .view-lines").first();
  }

  get squiggles(): Locator {
    return this.page.locator(".monaco-editor .squiggly-warning, .monaco-editor .squiggly-error");
  }

  lens(text: string): Locator {
    return this.page.locator(".codelens-decoration a", { hasText: text }).first();
  }

  /** The page inside the extension's webview. */
  get webview(): FrameLocator {
    return this.page.frameLocator("iframe.webview.ready").frameLocator("#active-frame");
  }

  problem(text: string): Locator {
    return this.page.locator(".markers-panel .monaco-list-row", { hasText: text });
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) {
      await this.page.keyboard.press(key);
    }
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
  }

  /** Put the cursor at a line and column, both from 1. */
  async goTo(line: number, column: number): Promise<void> {
    await this.editor.click();
    await this.press("Control+KeyG");
    const input = this.page.locator(".quick-input-widget input");
    await input.waitFor();
    await input.fill(`:${line}:${column}`);
    await this.press("Enter");
    await this.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
    await this.see(`Ln ${line}, Col ${column}`);
  }

  async command(title: string): Promise<void> {
    await this.press("F1");
    const input = this.page.locator(".quick-input-widget input");
    await input.waitFor();
    await input.fill(`>${title}`);
    await this.page.locator(".quick-input-list .monaco-list-row", { hasText: title }).first().waitFor();
    await this.press("Enter");
  }

  async openFile(name: string): Promise<void> {
    await this.press("Control+KeyP");
    const input = this.page.locator(".quick-input-widget input");
    await input.waitFor();
    await input.fill(name);
    await this.page.locator(".quick-input-list .monaco-list-row", { hasText: name }).first().waitFor();
    await this.press("Enter");
    await this.page.waitForSelector(`.tab.active[data-resource-name="${name}"]`);
    await this.editor.waitFor();
  }

  /** The status item, by what it says to a screen reader. */
  status(said: RegExp): Locator {
    return this.page.locator(".statusbar-item").getByRole("button", { name: said }).first();
  }

  async seeStatus(said: RegExp): Promise<void> {
    await this.status(said).waitFor();
  }

  /** Wait until a text is anywhere in the window. */
  async see(text: string): Promise<void> {
    await this.page.getByText(text).first().waitFor();
  }

  /** The lines of the editor as they are drawn. */
  async text(): Promise<string> {
    const lines = await this.page.locator(".editor-instance .view-line").allTextContents();
    return lines.join("\n").replaceAll("\u00a0", " ");
  }

  async seeCode(code: string): Promise<void> {
    await this.until(`${code} in the editor`, async () => (await this.text()).includes(code));
  }

  async until(what: string, look: () => Promise<boolean>): Promise<void> {
    const end = Date.now() + LIMIT_MILLISECONDS;
    while (!(await look())) {
      if (Date.now() > end) {
        throw new Error(`there was no ${what}`);
      }
      await this.page.waitForTimeout(PAUSE_MILLISECONDS);
    }
  }

  onDisk(file: string): Promise<string> {
    return readFile(path.join(this.plan.workspace, file), "utf-8");
  }

  async picture(name: string): Promise<void> {
    await this.page.screenshot({ path: path.join(this.plan.pictures, `${name}.png`) });
  }
}

/** After a test that failed: how the window looked. */
export function picturing(window: () => Window): (this: Context) => Promise<void> {
  return async function () {
    if (this.currentTest?.state === "failed") {
      await window().picture(`failed: ${this.currentTest.title}`);
    }
  };
}
