import { exactClock } from "@touchline/kit";
import type { NightMoment } from "@touchline/sdk";
import type { ReactNode } from "react";
import type { Draft } from "../commands/draft";
import type { Night } from "../night/night";
import { wordsOf } from "../words";
import { Panel } from "./Panel";

const SHOWN = 60;

/** Every moment, newest first, with buttons to release and cancel. */
export function Moments({ night, onDraft }: { night: Night; onDraft: (draft: Draft) => void }): ReactNode {
  const held = new Map((night.controls?.held ?? []).map((moment) => [moment.id, moment]));
  const cancelled = new Set(night.controls?.cancelled ?? []);
  const all = Object.values({ ...night.moments, ...Object.fromEntries(held) });
  const moments = all.sort((a, b) => b.period - a.period || b.clockSeconds - a.clockSeconds).slice(0, SHOWN);
  return (
    <Panel name="moments" title="Moments" note={held.size ? `${held.size} held` : `${all.length} so far`}>
      <ol className="scroll" tabIndex={0} aria-label="Moments, the newest first">
        {moments.map((moment) => (
          <li
            key={moment.id}
            data-moment={moment.id}
            className={stateOf(moment, held.has(moment.id), cancelled, night)}
          >
            <time>{exactClock(moment)}</time>
            <strong>{wordsOf(moment.type)}</strong>
            <span>{[moment.team, moment.player].filter(Boolean).join(" · ")}</span>
            <span className="figures">{moment.score.join("–")}</span>
            <em>{stateOf(moment, held.has(moment.id), cancelled, night)}</em>
            {held.has(moment.id) && (
              <button type="button" onClick={() => onDraft(release(moment))}>
                Release<span className="unseen"> {wordsOf(moment.type)}</span>
              </button>
            )}
            {(held.has(moment.id) || moment.id === night.context?.momentId) && (
              <button type="button" onClick={() => onDraft(cancel(moment))}>
                Cancel<span className="unseen"> {wordsOf(moment.type)}</span>
              </button>
            )}
          </li>
        ))}
      </ol>
    </Panel>
  );
}

function stateOf(moment: NightMoment, held: boolean, cancelled: Set<string>, night: Night): string {
  if (held) return "held";
  if (cancelled.has(moment.id.split("~")[0] ?? moment.id)) return "cancelled";
  if (moment.retracted) return "retracted";
  if (moment.id === night.context?.momentId) return "on screen";
  return moment.source === "operator" ? "injected" : "";
}

function release(moment: NightMoment): Draft {
  return {
    title: `Release ${wordsOf(moment.type)}`,
    effect:
      "Viewers see it at once, and whatever was held before it in play. What came later goes on waiting.",
    command: { command: "release", momentId: moment.id },
  };
}

function cancel(moment: NightMoment): Draft {
  return {
    title: `Cancel ${wordsOf(moment.type)}`,
    effect:
      "It never comes to a screen, and leaves those that it is on. The score follows what the feed tells next.",
    command: { command: "cancel", momentId: moment.id },
  };
}
