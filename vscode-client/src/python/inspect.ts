import { execFile } from "node:child_process";

/** What an interpreter says about itself. */
export interface Inspected {
  readonly executable: string;
  readonly version: readonly [number, number, number];
  /** The version of torchready that it can import, if any. */
  readonly torchready: string | null;
}

export type Inspect = (interpreter: readonly string[]) => Promise<Inspected | undefined>;

export const OLDEST_PYTHON: readonly [number, number] = [3, 10];
const PATIENCE_MILLISECONDS = 10_000;
// Asks for the metadata only: nothing of the package is run.
const QUESTION = `
import json, sys
try:
    from importlib.metadata import version
    torchready = version("torchready")
except Exception:
    torchready = None
print(json.dumps({"executable": sys.executable, "version": sys.version_info[:3], "torchready": torchready}))
`;

export function isRecent(inspected: Inspected): boolean {
  const [major, minor] = inspected.version;
  return major > OLDEST_PYTHON[0] || (major === OLDEST_PYTHON[0] && minor >= OLDEST_PYTHON[1]);
}

/** Asks an interpreter; undefined where there is none or it does not answer in time. */
export function inspector(cwd: string): Inspect {
  return ([command, ...options]) =>
    new Promise((resolve) => {
      if (command === undefined) {
        resolve(undefined);
        return;
      }
      const settings = { cwd, timeout: PATIENCE_MILLISECONDS, windowsHide: true };
      execFile(command, [...options, "-I", "-c", QUESTION], settings, (error, output) => {
        resolve(error === null ? parse(output) : undefined);
      });
    });
}

function parse(output: string): Inspected | undefined {
  try {
    return JSON.parse(output) as Inspected;
  } catch {
    return undefined;
  }
}
