import { describe, expect, it } from "vitest";
import { isEventful, isLasting, momentWords, playerMomentName } from "../src/momentWords";

describe("a moment in words", () => {
  it.each([
    ["GOAL", "Ciro Immobile", "Italy", "Goal: Ciro Immobile"],
    ["RED_CARD", null, "Italy", "Red card: Italy"],
    ["GOAL_DISALLOWED", "Ciro Immobile", "Italy", "Goal disallowed: Ciro Immobile"],
    ["BIG_CHANCE", null, "Italy", "Big chance for Italy"],
    ["BIG_CHANCE", "Ciro Immobile", "Italy", "Big chance for Ciro Immobile"],
    ["SHOT_ON_TARGET", "Ciro Immobile", "Italy", "Shot saved: Ciro Immobile"],
    ["CORNER", "Lorenzo Insigne", "Italy", "Corner for Italy"],
    ["FREE_KICK", null, null, "Free kick"],
    ["PENALTY_AWARDED", null, "Italy", "Penalty for Italy"],
    ["PRESSURE", null, "Turkey", "Pressure from Turkey"],
    ["VAR_CHECK", null, "Turkey", "VAR check"],
    ["DRINKS_BREAK", null, null, "Drinks break"],
    ["LAST_MINUTES", null, null, "The last minutes"],
    ["HALF_TIME", null, null, "Half-time"],
    ["MENTION_SPIKE", null, "Italy", "The crowd talks of Italy"],
    ["A_NEWER_KIND", "Ciro Immobile", null, "A newer kind: Ciro Immobile"],
  ])("says %s of %s, %s as %s", (type, player, team, expected) => {
    expect(momentWords({ type, player, team })).toBe(expected);
  });

  it("has no event in a lull", () => {
    expect(isEventful({ type: "LULL" })).toBe(false);
    expect(isEventful({ type: "CORNER" })).toBe(true);
  });

  it("keeps what matters after it is over for an account of the match", () => {
    expect(["GOAL", "BIG_CHANCE", "RED_CARD"].every((type) => isLasting({ type }))).toBe(true);
    expect(["CORNER", "LULL", "ADDED_TIME"].some((type) => isLasting({ type }))).toBe(false);
  });

  it("names what a player did", () => {
    const names = ["GOAL", "OWN_GOAL", "BIG_CHANCE", "SUBSTITUTION"].map(playerMomentName);
    expect(names).toEqual(["Goal", "Own goal", "Big chance", "Came on"]);
  });
});
