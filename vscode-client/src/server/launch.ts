import * as path from "node:path";

/** What is typed to start the server. */
export interface Launch {
  readonly command: readonly string[];
  readonly source: "bundled" | "environment";
  readonly version: string;
}

export function sameLaunch(one: Launch, other: Launch): boolean {
  return one.command.length === other.command.length && one.command.every((part, index) => part === other.command[index]);
}

/**
 * The command that starts the server.
 *
 * Isolated (`-I`): neither PYTHONPATH nor the working folder may put the user's files before the server's modules.
 */
export function serverCommand(interpreter: readonly string[], bundle: string, source: Launch["source"]): string[] {
  const script = path.join(bundle, "launch.py");
  const options = source === "environment" ? ["--from-environment"] : [];
  return [...interpreter, "-I", script, ...options, "server"];
}
