import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { generate } from "../scripts/generate-protocol.mjs";

test("the types are generated from the AsyncAPI document: run `npm run generate`", () => {
  const read = (path: string): string => readFileSync(`${import.meta.dirname}/${path}`, "utf8");
  expect(generate(read("../../../docs/websocket.asyncapi.yaml"))).toBe(read("../src/protocol.ts"));
});
