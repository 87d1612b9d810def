// @vitest-environment jsdom
import { deflateSync } from "node:zlib";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { TouchlineClient } from "../src";
import { packedMessage, unpack } from "../src/channels/packedEvent";
import { FakeStage, joined } from "./fakeStage";
import { audienceVersion } from "./fakes";

/** The event that the server's test makes of the message `{"type":"audience"}`. */
const OF_SERVER = '{"deflate":"eJyrViqpLEhVslJKLE3JTM1LTlWqBQBCwAa7"}';

let client: TouchlineClient | undefined;

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
});
afterEach(() => client?.stop());

const pack = (message: unknown): string =>
  JSON.stringify({ deflate: deflateSync(JSON.stringify(message)).toString("base64") });

test("a message that the server packs is unpacked", async () => {
  expect(await unpack(String(packedMessage(OF_SERVER)))).toBe('{"type":"audience"}');
});

test.each(["", "{", "[]", "{}", '{"deflate":3}', '{"type":"audience"}'])("%j is not packed", (event) => {
  expect(packedMessage(event)).toBeNull();
});

test("packed versions are shown in their order, and what cannot be unpacked is ignored", async () => {
  const stage = new FakeStage();
  stage.documents.audience = audienceVersion(3, 0, 600);
  client = await joined(stage);
  const versions: number[] = [];
  client.scheduler.screens.on((screen) => screen && versions.push(screen.message.version));
  stage.publishesEvent(pack(audienceVersion(4, 0, 600)));
  stage.publishesEvent('{"deflate":"no message"}');
  stage.publishesEvent(pack(audienceVersion(5, 0, 600)));
  await vi.waitFor(() => expect(versions.at(-1)).toBe(5), { timeout: 30_000 });
  expect(versions).toEqual([4, 5]);
  expect(client.connection.stats.ignoredFrames).toBe(1);
});

test("what was published before a connection was lost is not read after it", async () => {
  const stage = new FakeStage();
  client = await joined(stage);
  stage.publishesEvent(pack(audienceVersion(4, 0, 600)));
  client.stop();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(client.scheduler.screen).toBeNull();
});
