import { FRAME_CONTRACT } from "@touchline/kit";
import { beforeEach, expect, test, vi } from "vitest";
import {
  FrameChannel,
  type FrameHandlers,
  MAX_INTERACTIONS_PER_SECOND,
  MAX_MESSAGES_PER_SECOND,
  MAX_REJECTED,
} from "../src/remotes/frame/FrameChannel";

let port: { onmessage: ((event: { data: unknown }) => void) | null; close: () => void };
let channel: FrameChannel;
let used: boolean;
const handlers = {
  ready: vi.fn(),
  resize: vi.fn(),
  interact: vi.fn(),
  failed: vi.fn(),
  isInUse: () => used,
} satisfies FrameHandlers;

const send = (message: unknown): void => port.onmessage?.({ data: JSON.stringify(message) });
const CLICK = { type: "interact", interaction: "click" };

beforeEach(() => {
  vi.clearAllMocks();
  used = true;
  port = { onmessage: null, close: vi.fn() };
  channel = new FrameChannel(port as unknown as MessagePort, handlers);
});

test("a click counts once the frame is ready and while the viewer uses it", () => {
  send(CLICK);
  send({ type: "ready", contract: FRAME_CONTRACT });
  used = false;
  send(CLICK);
  expect(handlers.interact).not.toHaveBeenCalled();
  expect(channel.rejected).toBe(2);
  used = true;
  send({ ...CLICK, value: 3 });
  expect(handlers.interact).toHaveBeenCalledExactlyOnceWith("click", 3);
});

test("a frame reports no more in a second than leaves room for the viewer's other interactions", () => {
  vi.spyOn(performance, "now").mockReturnValue(5_000);
  send({ type: "ready", contract: FRAME_CONTRACT });
  for (let count = 0; count < 2 * MAX_INTERACTIONS_PER_SECOND; count += 1) send(CLICK);
  expect(handlers.interact).toHaveBeenCalledTimes(MAX_INTERACTIONS_PER_SECOND);
  expect(channel.rejected).toBe(MAX_INTERACTIONS_PER_SECOND);
});

test("a frame is ready once", () => {
  send({ type: "ready", contract: FRAME_CONTRACT });
  send({ type: "ready", contract: FRAME_CONTRACT });
  expect(handlers.ready).toHaveBeenCalledOnce();
  expect(channel.rejected).toBe(1);
});

test("a frame that keeps sending what is not accepted is given up", () => {
  for (let count = 0; count < MAX_REJECTED; count += 1) send({ type: "unknown" });
  expect(handlers.failed).toHaveBeenCalledOnce();
  send({ type: "resize", height: 10 });
  expect(handlers.resize).not.toHaveBeenCalled();
});

test("a frame that floods the shell is given up", () => {
  vi.spyOn(performance, "now").mockReturnValue(5_000);
  for (let count = 0; count < 2 * MAX_MESSAGES_PER_SECOND; count += 1)
    send({ type: "resize", height: count });
  expect(handlers.failed).toHaveBeenCalledOnce();
  expect(handlers.resize.mock.calls.length).toBeLessThanOrEqual(MAX_MESSAGES_PER_SECOND + 1);
});

test("a closed channel hears nothing", () => {
  channel.close();
  send({ type: "resize", height: 10 });
  expect(handlers.resize).not.toHaveBeenCalled();
});
