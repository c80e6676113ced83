// Bundles the extension and the report page.
//   node build.mjs            everything; also writes the page that ships inside the Python package
//   node build.mjs --check    fails when that page is not the one that these sources give
//   node build.mjs --watch    rebuilds the extension on every change
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import esbuild from "esbuild";

const HERE = import.meta.dirname;
const PAGE = path.join(HERE, "../server/torchready/output/report.html");
const shared = { bundle: true, minify: true, logLevel: "warning", legalComments: "none" };
const extension = {
  ...shared,
  entryPoints: ["src/extension.ts"],
  outfile: "dist/extension.js",
  platform: "node",
  format: "cjs",
  target: "node20",
  external: ["vscode"],
};
const report = {
  ...shared,
  entryPoints: { report: "report/main.ts", style: "report/style.css" },
  outdir: "dist/report",
  platform: "browser",
  format: "iife",
  target: "chrome125",
  charset: "utf8",
};

/** One file that needs nothing else, with a place for the data. */
async function standalonePage() {
  const read = (name) => readFile(path.join(HERE, name), "utf8");
  const [template, style, program] = await Promise.all(
    ["report/page.html", "dist/report/style.css", "dist/report/report.js"].map(read),
  );
  const safe = program.trim().replaceAll("</script", "<\\/script");
  // Functions, because what is put in may hold what `replace` takes for a pattern.
  return template.replace("/* style */", () => style.trim()).replace("/* program */", () => safe);
}

if (process.argv.includes("--watch")) {
  await (await esbuild.context({ ...extension, sourcemap: "inline" })).watch();
} else {
  await Promise.all([esbuild.build(extension), esbuild.build(report)]);
  const page = await standalonePage();
  const known = await readFile(PAGE, "utf8").catch(() => "");
  if (process.argv.includes("--check") && page !== known) {
    console.error(`${PAGE} is not what vscode-client/report gives: run \`npm run build\` and commit it.`);
    process.exit(1);
  }
  await writeFile(PAGE, page);
}
