import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Interaction } from "../src";
import { isSampled } from "../src/sample";

interface Case {
  share: number;
  ownAddress: string;
  version: number;
  slot: Interaction["slot"];
  componentId: string;
  isSampled: boolean;
}

/** Cases that the server is held to as well. */
const CASES: Case[] = JSON.parse(readFileSync(new URL("samples.json", import.meta.url), "utf8"));

test("the app reports the impressions that the server expects", () => {
  const sampled = CASES.map(({ share, ownAddress, ...rest }) => isSampled(share, ownAddress, rest));
  expect(sampled).toEqual(CASES.map((each) => each.isSampled));
});
