import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { generate, generateViewers } from "../scripts/generate-protocol.mjs";

const read = (path: string): string => readFileSync(`${import.meta.dirname}/${path}`, "utf8");

test("the types are generated from the documents: run `npm run generate`", () => {
  expect(generate(read("../../../docs/websocket.asyncapi.yaml"))).toBe(read("../src/protocol.ts"));
  expect(generateViewers(read("../../../docs/viewers.openapi.yaml"))).toBe(
    read("../src/channels/viewersProtocol.ts"),
  );
});
