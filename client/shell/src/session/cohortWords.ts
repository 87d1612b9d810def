import { language, translator } from "@touchline/kit";
import { claimsOf } from "../signing/claims";

const t = translator({ for: "per", aged: "età", in: "in" });
const tierName = translator({ free: "gratuito", premium: "premium" });
const UNKNOWN = "unknown";

/** The traits of a viewer's cohort; those that are not known are absent or "unknown". */
export interface Traits {
  favouriteTeam?: unknown;
  ageBand?: unknown;
  country?: unknown;
  tier?: unknown;
}

/**
 * Return the viewer's cohort in words, from an ID token: "for Italy, aged 25-34, in Italy, premium". Empty if the token
 * says nothing of it. The words are for the screen only: the server reads the verified token itself.
 */
export function cohortWords(token: string, teams: readonly string[]): string {
  const claims = claimsOf(token);
  return traitWords({
    favouriteTeam: teams.find((team) => team === claims["custom:favourite_team"]),
    ageBand: claims["custom:age_band"],
    country: claims["custom:country"],
    tier: claims["custom:tier"],
  });
}

/** Return the traits of a cohort in words; the name of a team is the feed's, in every language. */
export function traitWords({ favouriteTeam, ageBand, country, tier }: Traits): string {
  const traits = [
    [t("for"), favouriteTeam],
    [t("aged"), ageBand],
    [t("in"), countryName(country)],
    ["", tier === "free" || tier === "premium" ? tierName(tier) : tier],
  ];
  return traits
    .filter(([, trait]) => trait && trait !== UNKNOWN)
    .map((words) => words.join(" ").trim())
    .join(", ");
}

function countryName(code: unknown): string {
  if (typeof code !== "string" || !/^[A-Z]{2}$/.test(code)) return "";
  return new Intl.DisplayNames(language(), { type: "region" }).of(code) ?? code;
}
