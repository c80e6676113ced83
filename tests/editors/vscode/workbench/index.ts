// node workbench.mjs PLAN: uses the window of a running VS Code as a person does.
import { readFileSync } from "node:fs";
import Mocha from "mocha";

import { installing } from "./installing";
import { trusting } from "./trusting";
import { typing } from "./typing";
import type { Plan } from "./window";

const plan = JSON.parse(readFileSync(process.argv[2] ?? "", "utf-8")) as Plan;
const mocha = new Mocha({ ui: "bdd", timeout: 360_000, reporter: "spec", color: false });
mocha.suite.emit("pre-require", globalThis, "", mocha);
const suites = { workbench: typing, trust: trusting, install: installing };
suites[plan.tests](plan);
const failures = await new Promise<number>((resolve) => mocha.run(resolve));
process.exitCode = failures === 0 ? 0 : 1;
