import { expect, test } from "vitest";
import { FRAME_CONTRACT, MAX_FRAME_MESSAGE, readFromFrame, readToFrame } from "../src/frame";

test.each([
  { type: "ready", contract: FRAME_CONTRACT },
  { type: "resize", height: 120.5 },
  { type: "interact", interaction: "click" },
  { type: "interact", interaction: "conversion", value: 8999 },
  { type: "failed", reason: "it threw" },
])("a frame may send %j", (message) => {
  expect(readFromFrame(JSON.stringify(message))).toEqual(message);
});

test.each([
  { type: "ready", contract: 2 },
  { type: "resize", height: -1 },
  { type: "resize", height: null },
  { type: "interact", interaction: "impression" },
  { type: "interact", interaction: "dismissal" },
  { type: "interact", interaction: "click", value: "1" },
  { type: "interact", interaction: "click", componentId: "another" },
  { type: "failed", reason: "x".repeat(MAX_FRAME_MESSAGE) },
  { type: "navigate", url: "https://elsewhere.example" },
  ["interact"],
  null,
])("the shell ignores %j", (message) => {
  expect(readFromFrame(JSON.stringify(message))).toBeNull();
});

test("the shell reads short text only", () => {
  expect(readFromFrame({ type: "resize", height: 1 })).toBeNull();
  expect(readFromFrame("{")).toBeNull();
});

test("a frame follows the shell's contract of its own version only", () => {
  const props = { placement: {}, message: {}, past: [], programme: {} };
  const init = {
    type: "init",
    runtime: "",
    source: "",
    module: "./A",
    title: "A",
    locale: "en",
    theme: "dark",
    props,
  };
  expect(readToFrame({ ...init, contract: FRAME_CONTRACT })).not.toBeNull();
  expect(readToFrame({ ...init, contract: 2 })).toBeNull();
  expect(readToFrame({ type: "theme", theme: "pink" })).toBeNull();
  expect(readToFrame({ type: "position", programmeMs: "now" })).toBeNull();
  expect(readToFrame({ type: "update", props: { ...props, past: null } })).toBeNull();
});
