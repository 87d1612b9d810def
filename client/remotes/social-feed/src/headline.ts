import type { Moment } from "@touchline/sdk";

/** Return a moment as a line of the feed; `crowd` is true if the moment is a reaction of the crowd. */
export function headline({ type, team, player, score }: Moment): { text: string; crowd: boolean } {
  const who = player ?? team ?? "";
  if (type === "MENTION_SPIKE") return { text: `The crowd talks of ${who || "nothing else"}`, crowd: true };
  if (type === "SENTIMENT_SWING")
    return { text: `The mood of ${team ? `${team}'s` : "the"} crowd turns`, crowd: true };
  const word = type.toLowerCase().replaceAll("_", " ");
  return { text: `${word}${who ? `, ${who}` : ""} (${score.join("–")})`, crowd: false };
}
