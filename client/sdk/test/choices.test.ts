import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Components } from "../src";
import { type AudienceMessage, readAudienceMessage } from "../src/audienceMessage";
import { choose } from "../src/choice";

interface Case {
  name: string;
  message: AudienceMessage;
  sights: Record<string, { count: number; lastAt: string }>;
  expected: Pick<Components, "placements" | "alternatives" | "afterwards">;
}

/** What the server would choose for the same viewer; it is held to the same cases. */
const CASES: Case[] = JSON.parse(readFileSync(new URL("choices.json", import.meta.url), "utf8"));

test.each(CASES)("$name", ({ message, sights, expected }) => {
  const read = readAudienceMessage(JSON.stringify(message));
  if (!read) throw new Error("expected an audience's message");
  const seen = Object.entries(sights).map(
    ([componentId, { count, lastAt }]) => [componentId, { count, lastAt: Date.parse(lastAt) }] as const,
  );
  const { placements, alternatives, afterwards } = choose(read, new Map(seen));
  expect({ placements, alternatives, afterwards }).toEqual(expected);
});
