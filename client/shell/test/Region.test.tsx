// @vitest-environment jsdom
import type { Placement, Screen } from "@touchline/sdk";
import { act, type ReactNode } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { placement, version } from "../../sdk/test/fakes";
import type { Player } from "../src/player/Player";
import { Region } from "../src/regions/Region";
import { UNDO_MS } from "../src/regions/useDismissal";
import type { Loaded } from "../src/remotes/load";
import type { Session } from "../src/session/Session";
import { usePlayerKeys } from "../src/stage/usePlayerKeys";

vi.hoisted(() => Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true }));
vi.mock("../src/remotes/load", () => ({
  load: async (): Promise<Loaded> => ({
    isolation: "module",
    module: { default: () => <button type="button">Vote</button>, styles: "" },
  }),
}));

const toggle = vi.fn();
const player = { toggle } as unknown as Player;
const off = new Set<string>();
let root: Root;
let session: Session;

function Page({ screen }: { screen: Screen }): ReactNode {
  usePlayerKeys(player, () => undefined);
  return (
    <>
      <button type="button">Elsewhere</button>
      <Region slot="side_panel" screen={screen} session={session} off={off} />
    </>
  );
}

/** Show a version with these components, best first. */
async function show(number: number, ...components: Placement[]): Promise<void> {
  const [first, ...alternatives] = components;
  const message = { ...version(number, 0, 60), placements: first ? [first] : [], alternatives };
  await act(async () => {
    root.render(<Page screen={{ message, placements: message.placements, alternatives }} />);
    await vi.advanceTimersByTimeAsync(0);
  });
}

function focused(): string {
  const { activeElement } = document;
  return (
    activeElement?.ariaLabel ?? activeElement?.getAttribute("aria-label") ?? activeElement?.textContent ?? ""
  );
}

/** Press a button by keyboard: the focus is on it. */
async function press(name: string): Promise<void> {
  const named = (button: Element): boolean =>
    [button.getAttribute("aria-label"), button.textContent].includes(name);
  const button = [...document.querySelectorAll("button")].find(named);
  if (!button) throw new Error(`expected a button ${name}`);
  button.focus();
  await act(async () => {
    button.click();
    await vi.advanceTimersByTimeAsync(0);
  });
}

function pressKeys(): void {
  for (const key of [" ", "k"]) {
    const options = { key, bubbles: true, cancelable: true };
    (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent("keydown", options));
  }
}

const pass = (ms: number): Promise<void> => act(async () => void (await vi.advanceTimersByTimeAsync(ms)));

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  session = {
    match: { id: "m" },
    viewer: "Giulia",
    cohort: "",
    remotesUrl: "https://app",
    impressions: { watch: () => () => undefined },
    occupied: () => undefined,
    past: () => [],
    programmeMs: () => null,
    interact: () => undefined,
  } as unknown as Session;
  const element = document.body.appendChild(document.createElement("div"));
  root = createRoot(element);
});
afterEach(async () => {
  await act(async () => root.unmount());
  document.body.replaceChildren();
  vi.useRealTimers();
});

test("the focus stays in the region after a dismissal, where no key pauses the picture", async () => {
  await show(1, placement("poll"));
  await press("Close poll");
  expect(focused()).toBe("Undo");
  await pass(UNDO_MS);
  expect(focused()).toBe("Beside the picture");
  pressKeys();
  expect(toggle).not.toHaveBeenCalled();
  await show(2, placement("quiz"));
  expect(focused()).toBe("Close quiz");
});

test("an undone dismissal gives the focus back to the component", async () => {
  await show(1, placement("poll"));
  await press("Close poll");
  await press("Undo");
  expect(focused()).toBe("Close poll");
});

test("less of a type moves the focus to the component that comes instead", async () => {
  await show(1, placement("poll"), { ...placement("card"), type: "player_card" });
  await press("Less of this");
  expect(focused()).toBe("Close card");
});

test("less of the only type keeps the focus in the region", async () => {
  await show(1, placement("poll"));
  await press("Less of this");
  expect(focused()).toBe("Beside the picture");
  pressKeys();
  expect(toggle).not.toHaveBeenCalled();
});

test("a focus that has moved on is not taken back, and the empty region leaves", async () => {
  await show(1, placement("poll"));
  await press("Close poll");
  await pass(UNDO_MS);
  await act(async () => document.querySelector("button")?.focus());
  expect(document.querySelector("section")).toBeNull();
  await show(2, placement("quiz"));
  expect(focused()).toBe("Elsewhere");
});
