// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { TouchlineClient } from "../src";
import type { AudienceMessage } from "../src/audienceMessage";
import { KeptSights } from "../src/sights";
import { clientOnStage, FakeStage, joined, OWN, passTimes, starts } from "./fakeStage";
import { audienceVersion, component } from "./fakes";

let stage: FakeStage;
let client: TouchlineClient;
let shown: string[];

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  stage = new FakeStage();
  shown = [];
});
afterEach(() => client.stop());

async function join(options: Parameters<typeof joined>[1] = {}): Promise<void> {
  client = await joined(stage, options);
  client.scheduler.screens.on((screen) =>
    shown.push(`${screen?.message.version} ${screen?.placements.map((each) => each.componentId)}`),
  );
}

/** Let time go by on a connection that the server keeps alive. */
async function minutes(count: number): Promise<void> {
  for (let minute = 0; minute < count; minute += 1) {
    await vi.advanceTimersByTimeAsync(60_000);
    stage.socket.receives({ type: "ka" });
  }
}

const own = (message: AudienceMessage): AudienceMessage => ({
  ...message,
  rung: "viewer",
  candidates: message.candidates.map((each) => ({ ...each, rung: "viewer" })),
});
const named = (number: number): AudienceMessage => own(audienceVersion(number, 0, 600, [`own${number}`]));

test("an app asks for a pass, connects and subscribes with it, and reads the audience's document", async () => {
  stage.documents.audience = audienceVersion(3, 0, 600);
  await join();
  const [subprotocol, header = ""] = stage.socket.protocols;
  expect(subprotocol).toBe("aws-appsync-event-ws");
  expect(JSON.parse(atob(header.replace("header-", "")))).toEqual({
    host: "events.host",
    Authorization: "pass-1",
  });
  expect(stage.sent.map(({ type, channel }) => [type, channel])).toEqual([
    ["connection_init", undefined],
    ["subscribe", "/touchline/audience-address"],
    ["subscribe", "/touchline/own-address"],
  ]);
  expect(stage.sent[1]?.authorization).toEqual({ host: "events.host", Authorization: "pass-1" });
  expect(stage.requests).toEqual(["pass", "audience"]);
  expect(client.connection.state).toBe("open");
  expect(client.scheduler.screen?.message.version).toBe(3);
});

test("a version is on the screen as in mode connections, whichever way it comes, and once", async () => {
  stage.documents.audience = { ...audienceVersion(3, 0, 600), missed: [audienceVersion(2, 0, 600)] };
  await join();
  const answers: unknown[] = [];
  client.connection.answers.on((answer) => answers.push(answer));
  stage.publishes(audienceVersion(3, 0, 600));
  stage.publishes(audienceVersion(4, 0, 600));
  expect(shown).toEqual(["4 c4"]);
  expect(client.scheduler.past().map((each) => each.version)).toEqual([2, 3, 4]);
  expect(answers).toMatchObject([{ type: "components", version: 4, placements: [{ componentId: "c4" }] }]);
});

test("what a viewer has seen keeps a capped component away, after a reload too", async () => {
  const capped = (number: number): AudienceMessage =>
    audienceVersion(number, 0, 600, [
      { of: component("bet"), limits: [{ rule: "cap", maximum: 2 }] },
      "poll",
    ]);
  stage.documents.audience = capped(1);
  await join();
  for (const number of [1, 2]) {
    if (number > 1) stage.publishes(capped(number));
    const { screen } = client.scheduler;
    const [placed] = screen?.placements ?? [];
    if (!screen || !placed) throw new Error("expected a placement");
    client.interact("impression", placed, screen.message);
    await vi.advanceTimersByTimeAsync(1_000);
  }
  stage.publishes(capped(3));
  expect(shown.at(-1)).toBe("3 poll");
  client.stop();
  stage.documents.audience = capped(3);
  await join();
  expect(client.scheduler.screen?.placements.map((each) => each.componentId)).toEqual(["poll"]);
});

test.each([
  ["a message", -3_600_000],
  ["a message", 3_600_000],
  ["the document alone", -3_600_000],
  ["the document alone", 3_600_000],
])(
  "a cool-down holds for what came in %s, on a device whose clock is %d ms wrong",
  async (cameIn, wrongMs) => {
    const cooled = (number: number): AudienceMessage => ({
      ...audienceVersion(number, 0, 600, [
        { of: component("bet"), limits: [{ rule: "cool", seconds: 60 }] },
        "poll",
      ]),
      sentAt: new Date(Date.now() - wrongMs).toISOString(),
    });
    stage.pass = passTimes(-wrongMs);
    const isLive = cameIn === "a message";
    stage.documents.audience = isLive ? audienceVersion(1, 0, 600) : cooled(2);
    await join();
    if (isLive) stage.publishes(cooled(2));
    const { message, placements } = client.scheduler.screen ?? {};
    if (!message || !placements?.[0]) throw new Error("expected a placement");
    client.interact("impression", placements[0], message);
    await vi.advanceTimersByTimeAsync(59_000);
    stage.publishes(cooled(3));
    await vi.advanceTimersByTimeAsync(1_000);
    stage.publishes(cooled(4));
    expect(shown).toEqual([...(isLive ? ["2 bet"] : []), "3 poll", "4 bet"]);
  },
);

test("a client that is stopped and started again shows what the document has", async () => {
  stage.documents.audience = audienceVersion(1, 0, 600);
  await join();
  client.stop();
  expect(client.scheduler.screen).toBeNull();
  await starts(client, stage);
  expect(client.scheduler.screen?.message.version).toBe(1);
});

test("a viewer who signs in after another on the same client has sights and impressions of their own", async () => {
  stage.documents.audience = audienceVersion(1, 0, 600, [
    { of: component("bet"), limits: [{ rule: "cap", maximum: 1 }] },
    "poll",
  ]);
  await join();
  const see = async (): Promise<string> => {
    const { message, placements } = client.scheduler.screen ?? expect.fail("expected a screen");
    const [placed = expect.fail("expected a placement")] = placements;
    client.interact("impression", placed, message);
    await vi.advanceTimersByTimeAsync(10_000);
    return placed.componentId;
  };
  expect(await see()).toBe("bet");
  client.stop();
  stage.pass = { ownAddress: "of-another-viewer" };
  await starts(client, stage);
  expect(await see()).toBe("bet");
  expect(stage.batches).toHaveLength(2);
});

test("a message that the channel lost comes from the document, within seconds", async () => {
  stage.documents.audience = audienceVersion(1, 0, 600);
  await join();
  stage.documents.audience = { ...audienceVersion(3, 0, 600), missed: [audienceVersion(2, 0, 600)] };
  stage.publishes(audienceVersion(3, 0, 600));
  await vi.advanceTimersByTimeAsync(2_000);
  expect(client.scheduler.past().map((each) => each.version)).toEqual([1, 2, 3]);
  expect(stage.asked("audience")).toBe(2);
});

test("a document without the newest version is read again, less and less often, and then left alone", async () => {
  stage.documents.audience = audienceVersion(1, 0, 600);
  stage.pass = { refreshSeconds: [9_999, 9_999] };
  await join({ random: () => 1 });
  stage.publishes(audienceVersion(3, 0, 600));
  stage.publishes(audienceVersion(5, 0, 600));
  const read: number[] = [];
  const began = Date.now();
  for (let second = 0; second < 300; second += 1) {
    const known = stage.asked("audience");
    await vi.advanceTimersByTimeAsync(1_000);
    if (stage.asked("audience") > known) read.push((Date.now() - began) / 1_000);
  }
  expect(read).toEqual([2, 6, 14, 30, 62, 122]);
});

test("a document that is not written yet is read again until it is", async () => {
  await join();
  expect(client.connection.state).toBe("open");
  stage.documents.audience = audienceVersion(1, 0, 600);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(shown).toEqual(["1 c1"]);
});

test("what is published while the app subscribes comes within seconds, though the edge did not have it yet", async () => {
  stage.documents.audience = audienceVersion(1, 0, 600);
  await join();
  stage.documents.audience = audienceVersion(2, 0, 600);
  await vi.advanceTimersByTimeAsync(6_000);
  expect(shown).toEqual(["2 c2"]);
});

test("a message that is lost without a gap comes with the next look at the document", async () => {
  stage.documents.audience = audienceVersion(1, 0, 600);
  await join();
  await vi.advanceTimersByTimeAsync(6_000);
  stage.documents.audience = audienceVersion(2, 0, 600);
  await vi.advanceTimersByTimeAsync(83_000);
  expect(shown).toEqual([]);
  await vi.advanceTimersByTimeAsync(1_001);
  expect(shown).toEqual(["2 c2"]);
  stage.documents.audience = audienceVersion(3, 0, 600);
  await vi.advanceTimersByTimeAsync(90_001);
  expect(shown).toEqual(["2 c2", "3 c3"]);
});

test("a viewer's own document is read only if the viewer is asked for by name", async () => {
  stage.documents.audience = audienceVersion(1, 0, 600);
  await join();
  await vi.advanceTimersByTimeAsync(90_001);
  expect(stage.asked("own")).toBe(0);
  stage.publishes(named(2), "own");
  await vi.advanceTimersByTimeAsync(90_001);
  expect(stage.asked("own")).toBe(1);
  // An app that opens again remembers.
  client.stop();
  await join();
  expect(stage.asked("own")).toBe(2);
});

test.each([
  ["click", 1],
  ["dismissal", 1],
  ["watch", 0],
] as const)("an app that opens again after a %s reads the own document %d times", async (type, times) => {
  stage.documents.audience = audienceVersion(1, 0, 600);
  await join();
  const { placements, message } = client.scheduler.screen ?? expect.fail("expected a screen");
  const [placement = expect.fail("expected a placement")] = placements;
  client.interact(type, placement, message, [], type === "watch" ? 1 : undefined);
  await vi.advanceTimersByTimeAsync(15_000);
  client.stop();
  await join();
  expect(stage.asked("own")).toBe(times);
});

test.each([true, false])(
  "the viewer's own message is preferred to the audience's; it comes first: %s",
  async (isOwnFirst) => {
    stage.documents.audience = audienceVersion(1, 0, 600);
    let programmeMs = 50_000;
    await join({ playhead: () => ({ programmeMs, rate: 1 }) });
    const future = (message: AudienceMessage): AudienceMessage => ({
      ...message,
      media: { ...message.media, notBefore: new Date(60_000).toISOString() },
    });
    const messages = [
      () => stage.publishes(future(named(2)), "own"),
      () => stage.publishes(future(audienceVersion(2, 0, 600))),
    ];
    for (const publish of isOwnFirst ? messages : messages.toReversed()) publish();
    programmeMs = 60_000;
    client.scheduler.update();
    expect(shown).toEqual(["2 own2"]);
  },
);

test("the viewer's own document is preferred to the audience's, although it takes longer", async () => {
  stage.documents.audience = audienceVersion(3, 0, 600);
  stage.documents.own = named(3);
  new KeptSights("m", OWN).markNamed();
  const request: typeof fetch = async (address, init) => {
    if (String(address).includes("own")) await new Promise((resolve) => setTimeout(resolve, 500));
    return stage.request(address, init);
  };
  await join({ request });
  expect(client.scheduler.screen).toBeNull();
  await vi.advanceTimersByTimeAsync(500);
  expect(shown).toEqual(["3 own3"]);
  // From now on the own document is read as well.
  await vi.advanceTimersByTimeAsync(91_000);
  expect(stage.asked("own")).toBe(2);
});

test.each([
  // Version 2 is of a moment that was cancelled since, or out of reach.
  ["a version that the audience's has no more", named(2), ["3 c3", "4 c4"]],
  ["versions of both kinds", { ...named(3), missed: [named(2)] }, ["3 own3", "4 c4"]],
  [
    "a version that the audience's has not yet",
    { ...named(5), missed: [named(4)] },
    ["3 c3", "4 own4", "5 own5"],
  ],
])("of an own document that has %s, only what is current is shown", async (_, document, expected) => {
  const at = (second: number, message: AudienceMessage): AudienceMessage => ({
    ...message,
    media: { ...message.media, notBefore: new Date(second * 1_000).toISOString() },
    ...(message.missed ? { missed: message.missed.map((each) => at(each.version, each)) } : {}),
  });
  stage.documents.own = at(document.version, document);
  stage.documents.audience = {
    ...at(4, audienceVersion(4, 0, 600)),
    missed: [at(3, audienceVersion(3, 0, 600))],
  };
  new KeptSights("m", OWN).markNamed();
  let programmeMs = 0;
  await join({ playhead: () => ({ programmeMs, rate: 0 }) });
  // WHEN the documents are looked at again, too
  await vi.advanceTimersByTimeAsync(95_000);
  for (const second of [2, 3, 4, 5]) {
    programmeMs = second * 1_000;
    client.scheduler.update();
  }
  expect(shown).toEqual(expected);
  expect(stage.asked("own")).toBeGreaterThan(1);
});

test("after a loss the app comes back with the same pass, and reads what it missed", async () => {
  stage.documents.audience = { ...audienceVersion(1, 0, 600), reconnectWithinSeconds: 20 };
  await join();
  stage.socket.close();
  expect(client.connection.state).toBe("waiting");
  stage.documents.audience = { ...audienceVersion(4, 0, 600), missed: [audienceVersion(3, 0, 600)] };
  await vi.advanceTimersByTimeAsync(9_999);
  expect(stage.network.sockets).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(2);
  await stage.accepts();
  expect(client.scheduler.past().map((each) => each.version)).toEqual([1, 3, 4]);
  expect(stage.passes).toBe(1);
});

test("what was missed is asked for until the document is there, although no later version comes", async () => {
  stage.documents.audience = audienceVersion(1, 0, 600);
  await join();
  stage.socket.close();
  delete stage.documents.audience;
  await vi.advanceTimersByTimeAsync(5_000);
  await stage.accepts();
  stage.documents.audience = audienceVersion(2, 0, 600);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(shown).toEqual(["2 c2"]);
});

test("an app that gets no further pass leaves its channels when its pass is over", async () => {
  await join();
  stage.refusal = { status: 500, body: { message: "Internal Server Error" } };
  await minutes(119);
  expect(client.connection.state).toBe("open");
  await vi.advanceTimersByTimeAsync(60_001);
  expect(client.connection.state).not.toBe("open");
});

test("an interaction with another token of the viewer renews the pass", async () => {
  let token = "t";
  stage.documents.audience = audienceVersion(1, 0, 600);
  await join({ token: async () => token });
  await minutes(6);
  token = "new";
  const { message, placements } = client.scheduler.screen ?? {};
  if (!message || !placements?.[0]) throw new Error("expected a placement");
  client.interact("click", placements[0], message);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(stage.authorizations).toEqual(["Bearer t", "Bearer new", "Bearer new"]);
  expect(stage.passes).toBe(2);
});

test("a request that is not answered in ten seconds is given up, and repeated", async () => {
  let isSilent = true;
  const request: typeof fetch = (address, init) =>
    isSilent
      ? new Promise((_, reject) =>
          init?.signal?.addEventListener("abort", () => reject(new Error("aborted"))),
        )
      : stage.request(address, init);
  client = clientOnStage(stage, { request });
  client.start();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(client.connection.state).toBe("waiting");
  expect(client.connection.stats.unanswered).toBe(1);
  isSilent = false;
  await vi.advanceTimersByTimeAsync(5_000);
  await stage.accepts();
  expect(client.connection.state).toBe("open");
});

test("a pass that the authorizer refuses is replaced", async () => {
  await join();
  stage.socket.close();
  await vi.advanceTimersByTimeAsync(5_000);
  stage.acceptsConnection();
  const errors = [
    { errorType: "UnauthorizedException", message: "You are not authorized to make this call." },
  ];
  stage.socket.receives({ type: "subscribe_error", id: "subscription-1", errors });
  await vi.advanceTimersByTimeAsync(10_000);
  await stage.accepts();
  expect(stage.passes).toBe(2);
  expect(client.connection.state).toBe("open");
});

test("a subscription that fails is repeated on the same socket", async () => {
  client = clientOnStage(stage);
  client.start();
  await vi.advanceTimersByTimeAsync(0);
  stage.acceptsConnection();
  const [, audience] = stage.sent;
  stage.socket.receives({
    type: "subscribe_error",
    id: audience?.id,
    errors: [{ errorType: "InternalFailure" }],
  });
  await vi.advanceTimersByTimeAsync(2_000);
  expect(stage.sent.map((each) => each.channel)).toEqual([
    undefined,
    "/touchline/audience-address",
    "/touchline/own-address",
    "/touchline/audience-address",
  ]);
  expect(stage.network.sockets).toHaveLength(1);
});

test("when another audience's pass comes, the app connects anew with it", async () => {
  await join();
  stage.pass = { channels: ["/touchline/other", "/touchline/own-address"], rulesEdition: "22222222" };
  stage.publishes({ ...audienceVersion(1, 0, 600), rulesEdition: "22222222" });
  await vi.advanceTimersByTimeAsync(10_000);
  await stage.accepts();
  expect(stage.network.sockets).toHaveLength(2);
  expect(stage.sent[1]).toMatchObject({
    channel: "/touchline/other",
    authorization: { Authorization: "pass-2" },
  });
});

test("a document of another audience that comes late is not shown", async () => {
  let answer: () => void = () => undefined;
  const late = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const request: typeof fetch = async (address, init) => {
    const response = await stage.request(address, init);
    if (String(address).includes("audience")) await late;
    return response;
  };
  stage.documents.audience = audienceVersion(1, 0, 600);
  await join({ request });
  stage.documents.audience = audienceVersion(2, 0, 600);
  stage.pass = { channels: ["/touchline/other", "/touchline/own-address"], rulesEdition: "22222222" };
  stage.pass.documents = ["https://edge/audience?other", "https://edge/own?signed"];
  stage.publishes({ ...audienceVersion(3, 900, 1_000), rulesEdition: "22222222" });
  await vi.advanceTimersByTimeAsync(5_500);
  await stage.accepts();
  answer();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(client.scheduler.past().map((each) => each.version)).toEqual([2]);
});

test("a match that is not announced is asked for again, and an invalid one is not", async () => {
  stage.refusal = { status: 404, body: { type: "error", code: "UNKNOWN_MATCH", message: "" } };
  client = clientOnStage(stage);
  const codes: string[] = [];
  client.connection.answers.on((answer) => answer.type === "error" && codes.push(answer.code));
  client.start();
  await vi.advanceTimersByTimeAsync(16_000);
  expect(codes).toEqual(["UNKNOWN_MATCH", "UNKNOWN_MATCH", "UNKNOWN_MATCH"]);
  stage.refusal = { status: 400, body: { type: "error", code: "BAD_REQUEST", message: "" } };
  await vi.advanceTimersByTimeAsync(600_000);
  expect(codes.slice(3)).toEqual(["BAD_REQUEST"]);
  expect(client.connection.state).toBe("closed");
});

test("a token that the server does not accept is replaced by the next one", async () => {
  const tokens = ["old", "new"];
  stage.refusal = { status: 401, body: { type: "error", code: "UNAUTHORIZED", message: "" } };
  client = clientOnStage(stage, { token: async () => tokens.shift() ?? "" });
  client.start();
  await vi.advanceTimersByTimeAsync(0);
  expect(client.connection.stats.refused.forbidden).toBe(1);
  stage.refusal = null;
  await vi.advanceTimersByTimeAsync(5_000);
  await stage.accepts();
  expect(stage.authorizations).toEqual(["Bearer old", "Bearer new"]);
  expect(client.connection.state).toBe("open");
});

test("a page that becomes visible after a silent minute reads the documents", async () => {
  stage.documents.audience = audienceVersion(1, 0, 600);
  stage.pass = { refreshSeconds: [9_999, 9_999] };
  await join();
  await vi.advanceTimersByTimeAsync(61_000);
  stage.documents.audience = audienceVersion(2, 0, 600);
  document.dispatchEvent(new Event("visibilitychange"));
  await vi.advanceTimersByTimeAsync(0);
  expect(shown).toEqual(["2 c2"]);
});

test("it reconnects within a second when the browser goes online, however large the audience", async () => {
  stage.pass = { joinWithinSeconds: 600 };
  await join();
  dispatchEvent(new Event("offline"));
  expect(client.connection.state).toBe("waiting");
  dispatchEvent(new Event("online"));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(stage.network.sockets).toHaveLength(2);
});

test("frames and messages of an unknown shape are ignored and counted", async () => {
  stage.documents.audience = audienceVersion(1, 0, 600);
  await join();
  const text = JSON.stringify(audienceVersion(2, 0, 600));
  const id = "subscription-1";
  const unknown = [
    { type: "dance" },
    { type: "data", id: "subscription-9", event: text },
    { type: "data", id, event: 7 },
    { type: "data", id, event: "not JSON" },
    { type: "data", id, event: JSON.stringify({ ...audienceVersion(2, 0, 600), matchId: "n" }) },
    { type: "data", id, event: JSON.stringify({ ...audienceVersion(2, 0, 600), conflicts: [[0, 9, "r"]] }) },
    { type: "data", id, event: JSON.stringify({ ...audienceVersion(2, 0, 600), components: [] }) },
  ];
  for (const frame of unknown) stage.socket.receives(frame);
  expect(client.connection.stats.ignoredFrames).toBe(unknown.length);
  expect(shown).toEqual([]);
  stage.socket.receives({ type: "data", id, event: [text] });
  expect(shown).toEqual(["2 c2"]);
});

test("nothing is asked for after stop", async () => {
  await join();
  client.stop();
  expect(vi.getTimerCount()).toBe(0);
  const asked = stage.requests.length;
  await vi.advanceTimersByTimeAsync(4 * 3_600_000);
  expect(stage.requests).toHaveLength(asked);
  expect(stage.network.sockets).toHaveLength(1);
});
