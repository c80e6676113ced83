import { runTests } from "./running";

/** What VS Code calls where one of Microsoft's extensions for Python is at work. */
export function run(): Promise<void> {
  return runTests(async () => {
    await import("./environments.test");
  });
}
