import { type Launch, serverCommand } from "../server/launch";
import { type Inspect, type Inspected, isRecent } from "./inspect";

export type ImportStrategy = "useBundled" | "fromEnvironment";

/** What can be known about interpreters without waiting for anybody. */
export interface Candidates {
  /** `torchready.interpreter`. */
  readonly setting: readonly string[] | undefined;
  /** The environment that was chosen in the Python extension, as far as it has said so. */
  readonly environment: readonly string[] | undefined;
  readonly trusted: boolean;
  readonly platform: NodeJS.Platform;
}

/** No interpreter can run the server; `missing` says what would have to be mended. */
export class NoServerError extends Error {
  constructor(
    message: string,
    readonly missing: "interpreter" | "torchready",
  ) {
    super(message);
  }
}

/** In the order in which they are asked. */
export function inOrder(candidates: Candidates): (readonly string[])[] {
  const system = candidates.platform === "win32" ? [["py", "-3"], ["python"]] : [["python3"], ["python"]];
  // A virtual environment inside a workspace that is not trusted is a program of somebody else.
  const chosen = candidates.trusted ? [candidates.setting, candidates.environment] : [candidates.setting];
  return [...chosen.filter((each) => each !== undefined && each.length > 0), ...system] as (readonly string[])[];
}

/** The server to start: the first interpreter in order that can run it. */
export async function resolveServer(
  candidates: Candidates,
  strategy: ImportStrategy,
  bundle: string,
  version: string,
  inspect: Inspect,
): Promise<Launch> {
  const tried: string[] = [];
  for (const interpreter of inOrder(candidates)) {
    const inspected = await inspect(interpreter);
    const name = interpreter.join(" ");
    if (inspected === undefined) {
      tried.push(`${name} does not run`);
    } else if (!isRecent(inspected)) {
      tried.push(`${name} is Python ${inspected.version.join(".")}`);
    } else {
      return launchOf(interpreter, inspected, strategy, bundle, version);
    }
  }
  throw new NoServerError(`torchready needs Python 3.10 or newer: ${tried.join(", ")}.`, "interpreter");
}

function launchOf(
  interpreter: readonly string[],
  inspected: Inspected,
  strategy: ImportStrategy,
  bundle: string,
  version: string,
): Launch {
  if (strategy === "useBundled") {
    return { command: serverCommand(interpreter, bundle, "bundled"), source: "bundled", version };
  }
  if (inspected.torchready === null) {
    throw new NoServerError(
      `torchready is not installed in ${inspected.executable}, and "torchready.importStrategy" is "fromEnvironment".`,
      "torchready",
    );
  }
  const command = serverCommand(interpreter, bundle, "environment");
  return { command, source: "environment", version: inspected.torchready };
}
