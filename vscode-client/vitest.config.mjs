import path from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // `vscode` exists inside of the editor only.
  resolve: { alias: { vscode: path.join(import.meta.dirname, "test/editor.ts") } },
  test: { include: ["test/**/*.test.ts"] },
});
