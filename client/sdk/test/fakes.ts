import { type Components, type Placement, type Request, TouchlineClient } from "../src";
import type { AudienceMessage, Candidate, ShownComponent } from "../src/audienceMessage";

/** A fake socket that a test opens, feeds and closes; it records what is sent. */
export class FakeSocket {
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  readyState = 0;

  constructor(readonly protocols: string[] = []) {}

  readonly sent: (Request & { requestId: string })[] = [];

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  opens(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  receives(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  /** Acknowledge the newest request, or the newest one with an action. */
  acknowledges(action?: Request["action"]): void {
    const request = this.sent.findLast((each) => !action || each.action === action);
    if (!request) throw new Error(`expected a request ${action ?? ""}`);
    this.receives({ type: "ack", action: request.action, requestId: request.requestId });
  }

  /** Answer as API Gateway does when it refuses a request. */
  refuses(message: string): void {
    this.receives({ message, connectionId: "L0SM9cOFvHcCIhw=", requestId: "PCTxvG9VliAFmlg=" });
  }

  close(): void {
    this.readyState = 3;
    this.onclose?.();
  }
}

/** Fake sockets in the order in which they were opened. */
export class FakeNetwork {
  readonly sockets: FakeSocket[] = [];

  readonly open = (_url?: string, protocols: string[] = []): WebSocket => {
    const socket = new FakeSocket(protocols);
    this.sockets.push(socket);
    return socket as unknown as WebSocket;
  };

  get newest(): FakeSocket {
    return this.sockets.at(-1) as FakeSocket;
  }
}

/** A client of the match "m" on a fake network, whose picture is at second 50 unless an option says otherwise. */
export function clientOn(
  network: FakeNetwork,
  options: Partial<ConstructorParameters<typeof TouchlineClient>[0]> = {},
): TouchlineClient {
  return new TouchlineClient({
    url: "wss://host",
    token: async () => "t",
    matchId: "m",
    openSocket: network.open,
    playhead: () => ({ programmeMs: 50_000, rate: 1 }),
    ...options,
  });
}

/** Return how many of these times, in milliseconds, fall into the fullest tenth of a period. */
export function mostInATenth(times: number[], periodMs = 1_000): number {
  const counts = new Map<number, number>();
  for (const time of times) {
    const tenth = Math.floor(time / (periodMs / 10));
    counts.set(tenth, (counts.get(tenth) ?? 0) + 1);
  }
  return Math.max(...counts.values());
}

export function placement(componentId: string, slot: Placement["slot"] = "side_panel"): Placement {
  return {
    slot,
    componentId,
    type: "live_poll",
    title: componentId,
    rank: 1,
    remote: {
      url: "/remotes/live-poll/remoteEntry.js",
      module: "./LivePoll",
      integrity: "sha384-A",
      isolation: "module",
    },
    properties: {},
    recommendationId: "r",
    rung: "cohort",
    constraints: [],
    signature: `1623441600.${componentId}`,
  };
}

/** Return a version that is due from `from` until `to`, in seconds of the programme. */
export function version(
  number: number,
  from: number,
  to: number,
  rung: Components["rung"] = "cohort",
): Components {
  return {
    type: "components",
    matchId: "m",
    version: number,
    moment: null,
    score: [0, 0],
    columns: {
      MATCH_EVENT: "none",
      SCORE_DIFFERENCE: "level",
      MATCH_PHASE: "first_half",
      TEAM_COMPOSITION: "even",
      OCCASION: "group@home_ground",
    },
    media: {
      time: null,
      notBefore: new Date(from * 1000).toISOString(),
      validUntil: new Date(to * 1000).toISOString(),
    },
    rung,
    placements: rung === "keep" ? [] : [placement(`c${number}`)],
    alternatives: [],
    afterwards: [],
    snapshot: false,
    sentAt: "2021-06-11T19:00:00.000Z",
    trace: {},
  };
}

/** Return an audience's message with these components as its candidates, best first, as `version` has its one. */
export function audienceVersion(
  number: number,
  from: number,
  to: number,
  offered: (string | (Partial<Candidate> & { of: ShownComponent }))[] = [`c${number}`],
): AudienceMessage {
  const { type, placements, alternatives, afterwards, missed, ...shared } = version(number, from, to);
  const entries = offered.map((each) => (typeof each === "string" ? { of: component(each) } : each));
  return {
    ...shared,
    type: "audience",
    rulesEdition: "11111111",
    components: entries.map(({ of }) => of),
    candidates: entries.map(({ of, ...rest }, index) => ({
      component: index,
      recommendationId: "r",
      rung: "cohort",
      signature: `1623441600.${of.componentId}`,
      above: [],
      limits: [],
      ...rest,
    })),
    conflicts: [],
    rotation: 0,
  };
}

/** Return the fields of a component that all its placements share. */
export function component(componentId: string, slot: Placement["slot"] = "side_panel"): ShownComponent {
  const { type, title, remote, properties } = placement(componentId, slot);
  return { slot, componentId, type, title, remote, properties };
}
