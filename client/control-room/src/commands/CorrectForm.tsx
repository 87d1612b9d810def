import { exactClock } from "@touchline/kit";
import { type ReactNode, useState } from "react";
import type { Night } from "../night/night";
import { wordsOf } from "../words";
import type { Draft } from "./draft";

type Side = "home" | "away";
interface Props {
  night: Night;
  onDraft: (draft: Draft) => void;
}

/** The forms that correct the facts of the match: the score, an entry of the feed, a player sent off. */
export function CorrectForm(props: Props): ReactNode {
  return (
    <>
      <ScoreForm {...props} />
      <WithdrawForm {...props} />
      <SendOffForm {...props} />
    </>
  );
}

function ScoreForm({ night, onDraft }: Props): ReactNode {
  const [home, away] = night.context?.score ?? [0, 0];
  const [changed, setChanged] = useState<Record<Side, number> | null>(null);
  const score = changed ?? { home, away };
  const stepper = (side: Side): ReactNode => (
    <fieldset className="chips" aria-label={`Goals of ${nameOf(side, night)}`}>
      <span>{nameOf(side, night)}</span>
      {[-1, 1].map((step) => (
        <button
          key={step}
          type="button"
          aria-label={`${step < 0 ? "One goal fewer for" : "One more goal for"} ${nameOf(side, night)}`}
          disabled={score[side] + step < 0 || score[side] + step > 99}
          onClick={() => setChanged({ ...score, [side]: score[side] + step })}
        >
          {step < 0 ? "−" : "+"}
        </button>
      ))}
      <output>{score[side]}</output>
    </fieldset>
  );
  return (
    <>
      {stepper("home")}
      {stepper("away")}
      <button
        type="button"
        onClick={() => {
          onDraft({
            title: `Correct the score to ${score.home}-${score.away}`,
            effect: "The detectors take it as the score now, and later goals are added to it.",
            command: { command: "correct_score", score },
          });
          setChanged(null);
        }}
      >
        Correct the score
      </button>
    </>
  );
}

function WithdrawForm({ night, onDraft }: Props): ReactNode {
  const [chosen, setChosen] = useState("");
  const entries = Object.values(night.moments)
    .filter(({ signalId, retracted, source }) => signalId && !retracted && source !== "operator")
    .sort((a, b) => b.period - a.period || b.clockSeconds - a.clockSeconds);
  const entry = entries.find(({ id }) => id === chosen);
  return (
    <>
      <label>
        Entry
        <select value={chosen} onChange={(event) => setChosen(event.target.value)}>
          <option value="">choose one</option>
          {entries.map((each) => (
            <option key={each.id} value={each.id}>
              {[exactClock(each), wordsOf(each.type), each.team, each.player].filter(Boolean).join(" · ")}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        disabled={!entry?.signalId}
        onClick={() => {
          if (!entry?.signalId) return;
          onDraft({
            title: `Withdraw ${wordsOf(entry.type)} at ${exactClock(entry)}`,
            effect: "The detectors forget the entry of the feed, and whatever followed from it.",
            command: { command: "withdraw", entryId: entry.signalId },
          });
          setChosen("");
        }}
      >
        Withdraw the entry
      </button>
    </>
  );
}

function SendOffForm({ night, onDraft }: Props): ReactNode {
  const [side, setSide] = useState<Side>("home");
  const [player, setPlayer] = useState("");
  const name = player.trim();
  return (
    <>
      <div className="fields">
        <label>
          Team of the player
          <select value={side} onChange={(event) => setSide(event.target.value as Side)}>
            <option value="home">{nameOf("home", night)}</option>
            <option value="away">{nameOf("away", night)}</option>
          </select>
        </label>
        <label>
          Player sent off
          <input value={player} maxLength={100} onChange={(event) => setPlayer(event.target.value)} />
        </label>
      </div>
      <button
        type="button"
        onClick={() => {
          onDraft({
            title: `Send off ${name || "a player"} of ${nameOf(side, night)}`,
            effect: "The detectors take it as a red card, which viewers see.",
            command: { command: "send_off", side, ...(name ? { player: name } : {}) },
          });
          setPlayer("");
        }}
      >
        Send off
      </button>
    </>
  );
}

function nameOf(side: Side, night: Night): string {
  return night.match?.[side] ?? side;
}
