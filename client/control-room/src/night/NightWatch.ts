import {
  type Answer,
  Connection,
  type ConnectionState,
  Emitter,
  type Operate,
  pauseBefore,
} from "@touchline/sdk";
import { EMPTY_NIGHT, type Night, withEntries } from "./night";

/** An operator's command, without its request id and match. */
export type Command = Omit<Operate, "action" | "requestId" | "matchId">;

interface Options {
  url: string;
  token: () => Promise<string>;
  matchId: string;
}

/** The interval at which the whole night is requested: it repairs missed changes and refreshes the dead-letter counts. */
const REFRESH_MS = 20_000;
/** Operators are few, and needed at once. */
const RECONNECT_WITHIN_MS = 1_000;
const ATTEMPTS = 6;
const RETRY_PAUSE_MS = 1_500;

/** Follows the night of one match over a connection, and sends commands. */
export class NightWatch {
  readonly changes = new Emitter<void>();
  night: Night = EMPTY_NIGHT;
  state: ConnectionState = "closed";
  refusal = "";
  private readonly connection: Connection;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly options: Options) {
    this.connection = new Connection({
      url: options.url,
      token: options.token,
      reconnectWithinMs: RECONNECT_WITHIN_MS,
    });
    this.connection.states.on((state) => this.connectionChanged(state));
    this.connection.answers.on((answer) => this.received(answer));
  }

  start(): void {
    this.connection.open();
    this.timer = setInterval(() => void this.refresh(), REFRESH_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    this.connection.close();
  }

  /** Send a command, repeated if the connection is lost or the gateway refuses it; resolves with null when done, or with the refusal. */
  async command(command: Command): Promise<string | null> {
    const requestId = crypto.randomUUID();
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const answer = await this.connection.request({
        action: "operate",
        matchId: this.options.matchId,
        requestId,
        ...command,
      });
      if (answer?.type === "ack") return null;
      if (answer?.type === "error" && answer.code === "TOKEN_EXPIRED") this.connection.renew();
      else if (answer?.type === "error" && answer.code !== "INTERNAL") return answer.message;
      await new Promise((resolve) => setTimeout(resolve, pauseBefore(attempt, Math.random, RETRY_PAUSE_MS)));
    }
    return "Nobody answered. The command may have been carried out: look at the audit log.";
  }

  /** Read the page of the audit log up to an instant; true if it had lines that were not known. */
  async olderAudit(until: string): Promise<boolean> {
    const known = Object.keys(this.night.audit).length;
    await this.connection.request({ action: "watch", matchId: this.options.matchId, auditUntil: until });
    return Object.keys(this.night.audit).length > known;
  }

  private async refresh(): Promise<void> {
    const answer = await this.connection.request({ action: "watch", matchId: this.options.matchId });
    if (answer?.type !== "error") return;
    if (answer.code === "TOKEN_EXPIRED") {
      this.connection.renew();
      return;
    }
    this.refusal = answer.message;
    this.changes.emit();
    if (answer.code === "FORBIDDEN") this.stop();
  }

  private connectionChanged(state: ConnectionState): void {
    this.state = state;
    if (state === "open") void this.refresh();
    this.changes.emit();
  }

  private received(answer: Answer): void {
    if (answer.type !== "night" || answer.matchId !== this.options.matchId) return;
    this.refusal = "";
    this.night = withEntries(this.night, answer);
    this.changes.emit();
  }
}
