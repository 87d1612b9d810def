import { expect, test } from "vitest";
import { DocumentReader } from "../src/channels/documentReader";
import { noStats } from "../src/connection";
import { audienceVersion } from "./fakes";

const MESSAGE = audienceVersion(1, 0, 600);

function answering(...answers: (() => Response)[]): {
  reader: DocumentReader;
  asked: () => number;
  stats: object;
} {
  let asked = 0;
  const stats = noStats();
  const request = async (): Promise<Response> => {
    asked += 1;
    const answer = answers[asked - 1];
    if (!answer) throw new TypeError("Failed to fetch");
    return answer();
  };
  return { reader: new DocumentReader(request, stats), asked: () => asked, stats };
}

test("whoever asks while a request is under way gets its answer", async () => {
  const { reader, asked } = answering(() => Response.json(MESSAGE));
  expect(await Promise.all([reader.read("https://edge/a"), reader.read("https://edge/a")])).toEqual([
    MESSAGE,
    MESSAGE,
  ]);
  expect(asked()).toBe(1);
});

test("who asks for another document gets that one", async () => {
  const { reader } = answering(
    () => Response.json(MESSAGE),
    () => Response.json({ ...MESSAGE, version: 2 }),
  );
  const messages = await Promise.all([reader.read("https://edge/a"), reader.read("https://edge/b")]);
  expect(messages.map((each) => each?.version)).toEqual([1, 2]);
});

test("no document, no answer and one of an unknown shape are all nothing; only the last two are counted", async () => {
  const statuses = [403, 404, 429, 503].map((status) => () => new Response("", { status }));
  const { reader, stats } = answering(...statuses, () => Response.json({ type: "audience" }));
  for (let each = 0; each < 6; each += 1) expect(await reader.read("https://edge/a")).toBeNull();
  expect(stats).toEqual({
    ...noStats(),
    refused: { throttled: 1, failed: 1, forbidden: 0 },
    ignoredFrames: 1,
  });
});
