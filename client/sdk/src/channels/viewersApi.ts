import type { ConnectionStats } from "../connection";
import { isObject } from "../frames";
import type { Ack, Interaction, Error as ProtocolError } from "../protocol";
import { isPass } from "./pass";
import type { Pass } from "./viewersProtocol";

const ANSWER_TIMEOUT_MS = 10_000;

export interface ViewersApiOptions {
  /** The base URL of the HTTPS API. */
  url: string;
  matchId: string;
  token: () => Promise<string>;
  request: typeof fetch;
  stats: ConnectionStats;
}

/**
 * The stage's HTTPS API for viewers, which docs/viewers.openapi.yaml describes.
 *
 * Each call resolves with the server's answer, or with null if a later call can have another one: the network failed,
 * the gateway refused the request, or the server the token, which is asked for anew each time.
 */
export class ViewersApi {
  /** The ID token of the newest request. */
  newestToken = "";

  constructor(private readonly options: ViewersApiOptions) {}

  /** Ask for a pass. */
  async pass(): Promise<Pass | ProtocolError | null> {
    const answer = await this.post("pass");
    return isPass(answer) || isError(answer) ? answer : null;
  }

  /** Report interactions. */
  async interact(interactions: Interaction[]): Promise<Ack | ProtocolError | null> {
    const answer = await this.post("interactions", { interactions });
    return isAck(answer) || isError(answer) ? answer : null;
  }

  private async post(action: string, body?: object): Promise<unknown> {
    const { url, matchId, token, request, stats } = this.options;
    const giveUp = new AbortController();
    const timeout = setTimeout(() => giveUp.abort(), ANSWER_TIMEOUT_MS);
    try {
      this.newestToken = await token();
      const response = await request(`${url}/matches/${encodeURIComponent(matchId)}/${action}`, {
        method: "POST",
        headers: {
          Authorization: `Bearer ${this.newestToken}`,
          ...(body ? { "Content-Type": "application/json" } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
        credentials: "omit",
        // A page that is left still reports what was seen on it.
        keepalive: true,
        signal: giveUp.signal,
      });
      if (!response.ok) count(stats, response.status);
      return await response.json();
    } catch {
      if (giveUp.signal.aborted) stats.unanswered += 1;
      return null;
    } finally {
      clearTimeout(timeout);
    }
  }
}

/** Return whether an answer is an error of the protocol; a token that is not accepted is none. */
export function isError(value: unknown): value is ProtocolError {
  return (
    isObject(value) &&
    value.type === "error" &&
    typeof value.code === "string" &&
    value.code !== "UNAUTHORIZED"
  );
}

function isAck(value: unknown): value is Ack {
  return isObject(value) && value.type === "ack";
}

function count({ refused }: ConnectionStats, status: number): void {
  if (status === 429) refused.throttled += 1;
  else if (status >= 500) refused.failed += 1;
  else if (status === 401 || status === 403) refused.forbidden += 1;
}
