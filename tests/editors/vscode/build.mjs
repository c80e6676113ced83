// Bundles what runs inside VS Code, and what drives its window, into the folder that is given.
import { copyFileSync } from "node:fs";

import esbuild from "esbuild";

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  throw new Error("node build.mjs FOLDER");
}
const shared = { bundle: true, platform: "node", target: "node20", sourcemap: "inline", logLevel: "warning" };
// Mocha looks for its workers this way; nothing here runs in parallel.
const logOverride = { "require-resolve-not-external": "silent" };

await esbuild.build({
  ...shared,
  entryPoints: ["host/index.ts", "host/environments.ts"],
  outdir: `${folder}/host`,
  outExtension: { ".js": ".cjs" },
  format: "cjs",
  external: ["vscode"],
  logOverride,
});
await esbuild.build({
  ...shared,
  entryPoints: { workbench: "workbench/index.ts", "run-host": "workbench/run_host.ts", "picture-report": "workbench/picture_report.ts" },
  outdir: folder,
  outExtension: { ".js": ".mjs" },
  format: "esm",
  packages: "external",
});
const stubs = ["python", "environments"];
await esbuild.build({
  ...shared,
  entryPoints: stubs.map((name) => `stubs/${name}/extension.ts`),
  outbase: "stubs",
  outdir: `${folder}/stubs`,
  format: "cjs",
  external: ["vscode"],
});
for (const name of stubs) {
  copyFileSync(`stubs/${name}/package.json`, `${folder}/stubs/${name}/package.json`);
}
