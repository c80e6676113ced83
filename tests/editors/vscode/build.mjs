// Bundles what runs inside VS Code, and what drives its window, into the folder that is given.
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
  entryPoints: ["host/index.ts"],
  outfile: `${folder}/host/index.cjs`,
  format: "cjs",
  external: ["vscode"],
  logOverride,
});
await esbuild.build({
  ...shared,
  entryPoints: { workbench: "workbench/index.ts", "run-host": "workbench/run_host.ts" },
  outdir: folder,
  outExtension: { ".js": ".mjs" },
  format: "esm",
  packages: "external",
});
