import { afterEach, expect, test } from "vitest";
import { cohortWords, traitWords } from "../src/session/cohortWords";

function token(claims: object): string {
  const payload = Buffer.from(JSON.stringify(claims)).toString("base64url");
  return `header.${payload}.signature`;
}

afterEach(() => Reflect.deleteProperty(globalThis, "document"));

test("a cohort is in words", () => {
  const claims = {
    "custom:favourite_team": "Türkiye",
    "custom:age_band": "25-34",
    "custom:country": "TR",
    "custom:tier": "premium",
  };
  expect(cohortWords(token(claims), ["Türkiye", "Italy"])).toBe(
    "for Türkiye, aged 25-34, in Türkiye, premium",
  );
});

test("a team that does not play, and what is unknown, are left out", () => {
  const claims = {
    "custom:favourite_team": "Wales",
    "custom:age_band": "unknown",
    "custom:country": "unknown",
    "custom:tier": "free",
  };
  expect(cohortWords(token(claims), ["Turkey", "Italy"])).toBe("free");
});

test.each([
  ["no token", "", ""],
  ["not a JWT", "t", ""],
  ["no claims", token({}), ""],
])("%s has no words", (_what, given, words) => expect(cohortWords(given, [])).toBe(words));

test("the traits of a persona are in words of the page's language", () => {
  const traits = { favouriteTeam: "Italy", ageBand: "18-24", country: "GB", tier: "free" };
  expect(traitWords(traits)).toBe("for Italy, aged 18-24, in United Kingdom, free");
  Object.assign(globalThis, { document: { documentElement: { lang: "it" } } });
  expect(traitWords(traits)).toBe("per Italy, età 18-24, in Regno Unito, gratuito");
  expect(traitWords({ tier: "gold" })).toBe("gold");
});
