// Draws media/icon.png from media/icon.svg with Debian's Chromium: `node scripts/draw_icon.mjs`.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const folder = mkdtempSync(path.join(tmpdir(), "icon-"));
const page = path.join(folder, "icon.html");
const style = "<style>body{margin:0;background:transparent}svg{display:block}</style>";
writeFileSync(page, style + readFileSync(path.join(import.meta.dirname, "../media/icon.svg"), "utf8"));
const options = ["--headless", "--no-sandbox", "--hide-scrollbars", "--default-background-color=00000000"];
const target = `--screenshot=${path.join(import.meta.dirname, "../media/icon.png")}`;
execFileSync(process.env.CHROMIUM ?? "chromium", [...options, "--window-size=256,256", target, `file://${page}`]);
