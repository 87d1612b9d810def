import type { Programme } from "@touchline/kit";
import type { Components, Placement } from "@touchline/sdk";

/** A question, its options, and the right answer. */
export interface Question {
  text: string;
  options: string[];
  answer: string;
}

/** From the Laws of the Game of the International Football Association Board. */
const LAWS: Question[] = [
  {
    text: "How far from the goal line is the penalty mark?",
    options: ["9 m", "11 m", "13 m"],
    answer: "11 m",
  },
  { text: "Below how many players may a team not go on?", options: ["7", "8", "9"], answer: "7" },
  { text: "How high is the crossbar?", options: ["2.24 m", "2.44 m", "2.64 m"], answer: "2.44 m" },
  {
    text: "From which restart can nobody be offside?",
    options: ["A free kick", "A throw-in", "A drop to a team-mate"],
    answer: "A throw-in",
  },
  {
    text: "How long is half-time at most?",
    options: ["10 minutes", "15 minutes", "20 minutes"],
    answer: "15 minutes",
  },
];

/** Return a placement's questions: about the Laws of the Game, or about the match as seen so far. */
export function questionsOf({ properties }: Placement, programme: Programme, past: Components[]): Question[] {
  const wanted = Number(properties.questions ?? 3);
  const found = properties.topic === "laws" ? LAWS : [...ofTheMatch(programme, past), ...LAWS];
  return found.slice(0, wanted);
}

function ofTheMatch({ home, away, competition, venue }: Programme, past: Components[]): Question[] {
  const questions: Question[] = [];
  for (const [team, other] of [
    [home, away],
    [away, home],
  ] as const) {
    const keeper = team.players.find(({ position }) => position === "Goalkeeper");
    if (!keeper) continue;
    const others = team.players.filter((each) => each !== keeper && each.position).slice(0, 2);
    questions.push({
      text: `Who is in goal for ${team.name}?`,
      options: sorted([keeper, ...others].map(({ name }) => name)),
      answer: keeper.name,
    });
    const forward = team.players.findLast(({ position }) => position);
    if (forward)
      questions.push({
        text: `Who does ${forward.name} play for?`,
        options: sorted([team.name, other.name]),
        answer: team.name,
      });
  }
  const first = past.find(({ moment }) => moment?.type === "GOAL")?.moment;
  if (first?.team)
    questions.unshift({
      text: "Who scored the first goal?",
      options: sorted([home.name, away.name]),
      answer: first.team,
    });
  questions.push({
    text: `What are they playing in, at ${venue}?`,
    options: sorted([competition, "A friendly", "A cup final"]),
    answer: competition,
  });
  return questions;
}

function sorted(options: string[]): string[] {
  return [...new Set(options)].sort((one, other) => one.localeCompare(other));
}
