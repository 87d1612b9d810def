import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { generate } from "../scripts/generate-protocol.mjs";

test("the types are those of the AsyncAPI document: `npm run generate` makes them so", () => {
  const read = (path: string): string => readFileSync(`${import.meta.dirname}/${path}`, "utf8");
  expect(generate(read("../../../docs/websocket.asyncapi.yaml"))).toBe(read("../src/protocol.ts"));
});
