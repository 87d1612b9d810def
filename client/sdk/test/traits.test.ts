import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Request, TouchlineClient } from "../src";
import type { Pass } from "../src/channels/viewersProtocol";
import { traitsOf } from "../src/traits";
import { FakeStage, joined } from "./fakeStage";
import { audienceVersion, clientOn, FakeNetwork, version } from "./fakes";

const BOTH = tokenOf({ sub: "v", exp: 1, "custom:consents": "betting ads", "custom:tier": "free" });
const SAME = tokenOf({ sub: "v", exp: 2, "custom:tier": "free", "custom:consents": "betting ads" });
const LESS = tokenOf({ sub: "v", exp: 1, "custom:consents": "ads", "custom:tier": "free" });

function tokenOf(claims: object): string {
  const payload = btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(claims))));
  return `header.${payload.replaceAll("+", "-").replaceAll("/", "_")}.signature`;
}

let token: string;
let client: TouchlineClient;
let shown: (string | undefined)[];

beforeEach(() => {
  vi.useFakeTimers();
  token = BOTH;
  shown = [];
});
afterEach(() => (client as TouchlineClient | undefined)?.stop());

function follow(): void {
  client.scheduler.screens.on((screen) => shown.push(screen?.placements[0]?.componentId));
}

test("the traits of a token are its own claims, in any order; an unreadable token has none", () => {
  expect(traitsOf(BOTH)).toBe(traitsOf(SAME));
  expect(traitsOf(BOTH)).not.toBe(traitsOf(LESS));
  expect(traitsOf(tokenOf({ "custom:favourite_team": "Türkiye" }))).toContain("Türkiye");
  for (const text of ["", "a", "a.b.c", `a.${btoa("null")}.c`, "a.ÿ.c"])
    expect(["", "[]"]).toContain(traitsOf(text));
});

/** A client on a socket that shows a component of version 1, and what it asks for. */
async function onSocket(): Promise<{ network: FakeNetwork; subscribed: () => Promise<Request | undefined> }> {
  const network = new FakeNetwork();
  client = clientOn(network, { token: async () => token, random: () => 0.5 });
  const subscribed = async (): Promise<Request | undefined> => {
    await vi.advanceTimersByTimeAsync(6_000);
    network.newest.opens();
    return network.newest.sent[0];
  };
  client.start();
  await subscribed();
  network.newest.acknowledges("subscribe");
  network.newest.receives(version(1, 0, 600));
  follow();
  return { network, subscribed };
}

test.each([
  ["of the same traits", () => SAME, 1, []],
  ["without a consent", () => LESS, undefined, [undefined]],
])(
  "an app that reconnects with a token %s asks for what is new to it",
  async (_, next, lastVersion, screens) => {
    const { network, subscribed } = await onSocket();
    token = next();
    network.newest.close();
    const request = await subscribed();
    expect(request?.action === "subscribe" && request.lastVersion).toBe(lastVersion);
    expect(shown).toEqual(screens);
  },
);

test("a consent that is withdrawn takes everything off the screen until the server has answered", async () => {
  const { network, subscribed } = await onSocket();
  token = LESS;
  client.renew();
  expect(shown).toEqual([undefined]);
  await subscribed();
  expect(network.newest.protocols).toEqual(["touchline.v1", LESS]);
  network.newest.receives({ ...version(1, 0, 600), placements: [] });
  expect(shown.filter((each) => each)).toEqual([]);
});

test("a placement that is made again has an impression of its own", async () => {
  const { network, subscribed } = await onSocket();
  const see = (): void => {
    const { screen } = client.scheduler;
    const [placement] = screen?.placements ?? [];
    if (screen && placement) client.interact("impression", placement, screen.message);
  };
  see();
  client.renew();
  await subscribed();
  network.newest.acknowledges("subscribe");
  network.newest.receives(version(1, 0, 600));
  see();
  await vi.advanceTimersByTimeAsync(10_000);
  const sent = network.sockets.flatMap((socket) => socket.sent).filter((each) => each.action === "interact");
  expect(sent.length).toBeGreaterThan(0);
  expect(sent.at(-1)?.interactions).toHaveLength(2);
});

const LESS_PASS: Partial<Pass> = {
  channels: ["/touchline/less", "/touchline/own-less"],
  documents: ["https://edge/audience?less", "https://edge/own?less"],
};

test.each(["the app says so", "an interaction has another token"])(
  "on channels the same version comes again without a withdrawn consent: %s",
  async (way) => {
    const stage = new FakeStage();
    stage.documents.audience = audienceVersion(1, 0, 600, ["bet"]);
    client = await joined(stage, { token: async () => token });
    follow();
    token = LESS;
    stage.pass = LESS_PASS;
    stage.documents.audience = audienceVersion(1, 0, 600, ["poll"]);
    if (way === "the app says so") client.renew();
    else {
      const { screen } = client.scheduler;
      const [placement] = screen?.placements ?? [];
      if (screen && placement) client.interact("click", placement, screen.message);
    }
    await vi.advanceTimersByTimeAsync(10_000);
    expect(stage.network.sockets).toHaveLength(2);
    await stage.accepts();
    expect(shown).toEqual([undefined, "poll"]);
    expect(stage.sent[1]).toMatchObject({ channel: "/touchline/less" });
  },
);
