import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type Components, type Placement, Scheduler } from "../src";
import { placement, version } from "./fakes";

type Slot = Placement["slot"];
interface Listed {
  componentId: string;
  slot: Slot;
}
interface Case {
  name: string;
  versions: {
    version: number;
    notBefore: number;
    validUntil: number;
    placements: Listed[];
    afterwards?: Listed[];
    rung?: Components["rung"];
    cleared?: Slot[];
    frozen?: string[];
  }[];
  screens: { at: number; shows: Record<string, string> }[];
}

/** What any app shows at a time; the demo's terminal is held to the same cases. */
const CASES: Case[] = JSON.parse(readFileSync(new URL("screens.json", import.meta.url), "utf8"));

const placed = (listed: Listed[]): Placement[] =>
  listed.map(({ componentId, slot }) => placement(componentId, slot));

test.each(CASES)("$name", ({ versions, screens }) => {
  let programmeMs = 0;
  const scheduler = new Scheduler(() => ({ programmeMs, rate: 0 }));
  for (const { notBefore, validUntil, placements, afterwards = [], ...rest } of versions) {
    scheduler.offer({
      ...version(rest.version, notBefore, validUntil),
      ...rest,
      placements: placed(placements),
      afterwards: placed(afterwards),
    });
  }
  for (const { at, shows } of screens) {
    programmeMs = at * 1000;
    scheduler.update();
    const shown = (scheduler.screen?.placements ?? []).map((each) => [each.slot, each.componentId]);
    expect(Object.fromEntries(shown), `at ${at} s`).toEqual(shows);
  }
  scheduler.clear();
});
