import { runTests } from "./running";

/** What VS Code calls. */
export function run(): Promise<void> {
  return runTests(async () => {
    // First, while nothing runs yet.
    await import("./start.test");
    await import("./diagnostics.test");
    // Before anything is saved, which starts runs.
    await import("./server.test");
    await import("./repairs.test");
    await import("./reading.test");
    await import("./verifying.test");
  });
}
