import type { ServerState } from "../server/lifecycle";

/** What the server says of itself: `torchready/status`. */
export interface ServerStatus {
  readonly state: "ready" | "verifying" | "failed";
  readonly message: string;
  readonly model?: string | null;
  readonly check?: string | null;
}

export interface Presentation {
  readonly text: string;
  readonly tooltip: string;
  readonly severity: "none" | "warning" | "error";
  readonly busy: boolean;
}

/** What the status item shows. A server that is not there comes before whatever it said last. */
export function present(server: ServerState, said: ServerStatus | undefined, trusted: boolean): Presentation {
  switch (server.kind) {
    case "starting":
      return busy("torchready: starting", "The server is starting.");
    case "restarting":
      return busy("torchready: restarting", `torchready starts again, because ${server.reason}.`);
    case "failed":
      return failed("torchready", server.reason);
    case "stopped":
      return { text: "$(circle-slash) torchready", tooltip: "The server is stopped.", severity: "none", busy: false };
    case "running":
      return answering(said, trusted, `torchready ${server.launch.version}, ${server.launch.source}`);
  }
}

function answering(said: ServerStatus | undefined, trusted: boolean, which: string): Presentation {
  if (said?.state === "verifying") {
    const what = [said.model, said.check].filter((part) => part).join(": ");
    return busy(`torchready: ${said.check ?? "verifying"}`, `Verifying ${what}. ${said.message}`.trim());
  }
  if (said?.state === "failed") {
    return failed(`torchready: ${said.model ? short(said.model) : "failed"}`, said.message);
  }
  if (!trusted) {
    const tooltip = "Code is checked. Models do not run, because this workspace is not trusted.";
    return { text: "$(shield) torchready", tooltip, severity: "none", busy: false };
  }
  const tooltip = said?.message ? `${said.message}\n${which}` : which;
  return { text: "$(check) torchready", tooltip, severity: "none", busy: false };
}

function busy(text: string, tooltip: string): Presentation {
  return { text: `$(sync~spin) ${text}`, tooltip, severity: "none", busy: true };
}

function failed(text: string, reason: string): Presentation {
  return { text: `$(error) ${text}`, tooltip: reason, severity: "error", busy: false };
}

/** `package.module:Net` as `Net`. */
export function short(model: string): string {
  return model.slice(model.lastIndexOf(":") + 1);
}
