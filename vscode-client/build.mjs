// Bundles the extension and the report page. `--watch` rebuilds on every change.
import esbuild from "esbuild";

const extension = {
  entryPoints: ["src/extension.ts"],
  outfile: "dist/extension.js",
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  external: ["vscode"],
  minify: true,
  sourcemap: process.argv.includes("--watch") ? "inline" : false,
  logLevel: "warning",
};

if (process.argv.includes("--watch")) {
  const context = await esbuild.context(extension);
  await context.watch();
} else {
  await esbuild.build(extension);
}
