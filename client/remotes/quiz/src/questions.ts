import type { Programme } from "@touchline/kit";
import { translator } from "@touchline/kit";
import type { Components, Placement } from "@touchline/sdk";

const t = translator({
  "How far from the goal line is the penalty mark?": "A che distanza dalla linea di porta è il dischetto?",
  "Below how many players may a team not go on?": "Sotto quanti giocatori una squadra non può continuare?",
  "How high is the crossbar?": "Quanto è alta la traversa?",
  "From which restart can nobody be offside?": "Da quale ripresa del gioco non c’è fuorigioco?",
  "A free kick": "Un calcio di punizione",
  "A throw-in": "Una rimessa laterale",
  "A drop to a team-mate": "Una rimessa dell’arbitro",
  "How long is half-time at most?": "Quanto dura al massimo l’intervallo?",
  "10 minutes": "10 minuti",
  "15 minutes": "15 minuti",
  "20 minutes": "20 minuti",
  "Who is in goal for {team}?": "Chi è in porta per {team}?",
  "Who does {player} play for?": "Per chi gioca {player}?",
  "Who scored the first goal?": "Chi ha segnato il primo gol?",
  "What are they playing in, at {venue}?": "In quale competizione giocano, a {venue}?",
  "A friendly": "Un’amichevole",
  "A cup final": "Una finale di coppa",
});

/** A question, its options, and the right answer. */
export interface Question {
  text: string;
  options: string[];
  answer: string;
}

/** From the Laws of the Game of the International Football Association Board. */
const laws = (): Question[] => [
  {
    text: t("How far from the goal line is the penalty mark?"),
    options: ["9 m", "11 m", "13 m"],
    answer: "11 m",
  },
  { text: t("Below how many players may a team not go on?"), options: ["7", "8", "9"], answer: "7" },
  { text: t("How high is the crossbar?"), options: ["2.24 m", "2.44 m", "2.64 m"], answer: "2.44 m" },
  {
    text: t("From which restart can nobody be offside?"),
    options: [t("A free kick"), t("A throw-in"), t("A drop to a team-mate")],
    answer: t("A throw-in"),
  },
  {
    text: t("How long is half-time at most?"),
    options: [t("10 minutes"), t("15 minutes"), t("20 minutes")],
    answer: t("15 minutes"),
  },
];

/** Return a placement's questions: about the Laws of the Game, or about the match as seen so far. */
export function questionsOf({ properties }: Placement, programme: Programme, past: Components[]): Question[] {
  const wanted = Number(properties.questions ?? 3);
  const found = properties.topic === "laws" ? laws() : [...ofTheMatch(programme, past), ...laws()];
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
      text: t("Who is in goal for {team}?", { team: team.name }),
      options: sorted([keeper, ...others].map(({ name }) => name)),
      answer: keeper.name,
    });
    const forward = team.players.findLast(({ position }) => position);
    if (forward)
      questions.push({
        text: t("Who does {player} play for?", { player: forward.name }),
        options: sorted([team.name, other.name]),
        answer: team.name,
      });
  }
  const first = past.find(({ moment }) => moment?.type === "GOAL")?.moment;
  if (first?.team)
    questions.unshift({
      text: t("Who scored the first goal?"),
      options: sorted([home.name, away.name]),
      answer: first.team,
    });
  questions.push({
    text: t("What are they playing in, at {venue}?", { venue }),
    options: sorted([competition, t("A friendly"), t("A cup final")]),
    answer: competition,
  });
  return questions;
}

function sorted(options: string[]): string[] {
  return [...new Set(options)].sort((one, other) => one.localeCompare(other));
}
