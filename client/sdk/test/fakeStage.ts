import { vi } from "vitest";
import { type Delivery, type Interaction, TouchlineClient, type TouchlineOptions } from "../src";
import type { AudienceMessage } from "../src/audienceMessage";
import "../src/channels/channelTransport";
import type { Pass } from "../src/channels/viewersProtocol";
import { FakeNetwork, type FakeSocket } from "./fakes";

export const DELIVERY: Delivery = {
  mode: "broadcast",
  viewersUrl: "https://viewers",
  eventsUrl: "https://events.host/event",
  realtimeUrl: "wss://realtime/event/realtime",
  joinWithinSeconds: 10,
};
export const OWN = "own-address";
const AUDIENCE_CHANNEL = "/touchline/audience-address";
const OWN_CHANNEL = `/touchline/${OWN}`;
const DOCUMENTS = { audience: "https://edge/audience?signed", own: "https://edge/own?signed" };

interface Frame {
  type: string;
  id: string;
  channel: string;
  authorization: object;
}

/** A fake broadcast stage: its HTTPS API, its documents, and AWS AppSync Events on fake sockets. */
export class FakeStage {
  readonly network = new FakeNetwork();
  readonly documents: { audience?: AudienceMessage; own?: AudienceMessage } = {};
  /** Fields of the passes that are issued from now on. */
  pass: Partial<Pass> = {};
  /** The answer to further requests, instead of a pass or an acknowledgement. */
  refusal: { status: number; body: object } | null = null;
  readonly requests: string[] = [];
  readonly batches: Interaction[][] = [];
  /** The authorization of each request of the HTTPS API. */
  readonly authorizations: (string | null)[] = [];
  passes = 0;

  readonly request = (async (address: string, init: RequestInit = {}) => {
    const path = new URL(address).pathname.split("/").at(-1) ?? "";
    this.requests.push(path);
    if (path === "audience") return this.document(this.documents.audience);
    if (path === "own") return this.document(this.documents.own);
    this.authorizations.push(new Headers(init.headers).get("Authorization"));
    if (this.refusal) return Response.json(this.refusal.body, { status: this.refusal.status });
    if (path === "pass") {
      this.passes += 1;
      return Response.json(this.issued());
    }
    this.batches.push(JSON.parse(String(init.body)).interactions);
    return Response.json({ type: "ack", action: "interact" });
  }) as typeof fetch;

  get socket(): FakeSocket {
    return this.network.newest;
  }

  /** What the newest socket has sent. */
  get sent(): Frame[] {
    return this.socket.sent as unknown as Frame[];
  }

  /** How often something was asked for: `pass`, `interactions`, `audience` or `own`. */
  asked(what: string): number {
    return this.requests.filter((each) => each === what).length;
  }

  /** Accept the newest connection and its subscriptions. */
  async accepts(): Promise<void> {
    this.acceptsConnection();
    for (const { id } of this.sent.filter((each) => each.type === "subscribe")) this.subscribed(id);
    await vi.advanceTimersByTimeAsync(0);
  }

  acceptsConnection(): void {
    this.socket.opens();
    this.socket.receives({ type: "connection_ack", connectionTimeoutMs: 300_000 });
  }

  subscribed(id: string): void {
    this.socket.receives({ type: "subscribe_success", id });
  }

  /** Publish a message on the audience's channel, or on the viewer's own. */
  publishes(message: AudienceMessage, to: "audience" | "own" = "audience"): void {
    const channel = to === "own" ? OWN_CHANNEL : AUDIENCE_CHANNEL;
    const id = this.sent.find((each) => each.channel === channel)?.id;
    this.socket.receives({ type: "data", id, event: JSON.stringify(message) });
  }

  /** Publish an event on the audience's channel. */
  publishesEvent(event: string): void {
    const id = this.sent.find((each) => each.channel === AUDIENCE_CHANNEL)?.id;
    this.socket.receives({ type: "data", id, event });
  }

  private document(message: AudienceMessage | undefined): Response {
    return message ? Response.json({ ...message, snapshot: true }) : new Response("", { status: 403 });
  }

  private issued(): Pass {
    return {
      matchId: "m",
      token: `pass-${this.passes}`,
      channels: [AUDIENCE_CHANNEL, OWN_CHANNEL],
      documents: [DOCUMENTS.audience, DOCUMENTS.own],
      ownAddress: OWN,
      rulesEdition: "11111111",
      ...passTimes(),
      impressionShare: 1,
      joinWithinSeconds: 10,
      refreshSeconds: [60, 120],
      ...this.pass,
    };
  }
}

/** The times of a pass that is issued now, by a server whose clock is ahead of the device's. */
export function passTimes(aheadMs = 0): Pick<Pass, "issuedAt" | "expiresAt"> {
  const issued = Date.now() + aheadMs;
  return {
    issuedAt: new Date(issued).toISOString(),
    expiresAt: new Date(issued + 7_200_000).toISOString(),
  };
}

/** A client of the match "m" on a fake stage, in mid-match, whose picture is at second 50. */
export function clientOnStage(stage: FakeStage, options: Partial<TouchlineOptions> = {}): TouchlineClient {
  return new TouchlineClient({
    url: "wss://host",
    token: async () => "t",
    matchId: "m",
    delivery: DELIVERY,
    kickOff: new Date(Date.now() - 1_800_000).toISOString(),
    openSocket: stage.network.open,
    request: stage.request,
    playhead: () => ({ programmeMs: 50_000, rate: 1 }),
    random: () => 0.5,
    ...options,
  });
}

/** Start a client and let the stage accept it. */
export async function joined(
  stage: FakeStage,
  options: Partial<TouchlineOptions> = {},
): Promise<TouchlineClient> {
  const client = clientOnStage(stage, options);
  await starts(client, stage);
  return client;
}

/** Start a client, anew if it was stopped, and let the stage accept it. */
export async function starts(client: TouchlineClient, stage: FakeStage): Promise<void> {
  client.start();
  await vi.dynamicImportSettled();
  await vi.advanceTimersByTimeAsync(0);
  await stage.accepts();
}
