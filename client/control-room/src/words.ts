import type { Night } from "./night/night";

/** Return a type such as GOAL_DISALLOWED in words. */
export function wordsOf(type: string): string {
  return type
    .toLowerCase()
    .replaceAll("_", " ")
    .replace(/\bvar\b/, "VAR");
}

/** Return a number of things: "1 post", "2 posts". */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** Return the time of day of an instant. */
export function timeOf(instant: string): string {
  return new Date(instant).toLocaleTimeString("en-GB");
}

/** Return the title of a component; its id if the catalogue does not have it. */
export function titleOf(night: Night, id: string): string {
  return night.components.find((each) => each.id === id)?.title ?? id;
}

/** Return the id of a constraint in words: `no-quiz-after-a-goal` is "no quiz after a goal". */
export function ruleWords(id: string): string {
  return id.replaceAll("-", " ");
}
