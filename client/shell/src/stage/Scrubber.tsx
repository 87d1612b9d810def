import type { Goal } from "@touchline/kit";
import type { CSSProperties, ReactNode } from "react";
import type { Match } from "../config";
import type { Player } from "../player/Player";
import { say } from "../words";
import { duration } from "./duration";
import type { VideoState } from "./useVideo";

interface Props {
  player: Player | null;
  state: VideoState;
  match: Match;
  /** The goals that the viewer has seen. */
  goals: Goal[];
}

/** The line of what can be watched, up to the live position, with a tick at each goal that the viewer has seen. */
export function Scrubber({ player, state, match, goals }: Props): ReactNode {
  const { from, live, position } = state;
  const length = Math.max(1, live - from);
  const share = (at: number): string => `${Math.min(100, Math.max(0, ((at - from) / length) * 100))}%`;
  const ticks = goals.flatMap(({ moment, programmeMs }) => {
    const at = player?.positionOf(programmeMs) ?? null;
    const colour = moment.team === match.away.name ? match.away.colour : match.home.colour;
    return at === null ? [] : [{ id: moment.id, at, colour }];
  });
  return (
    <div className="scrubber">
      <input
        type="range"
        aria-label={say().position}
        aria-valuetext={say().beforeLive(duration(live - position))}
        min={from}
        max={Math.max(live, from + 1)}
        step={1}
        value={Math.min(position, Math.max(live, from + 1))}
        onChange={(event) => player?.seek(Number(event.target.value))}
        style={{ "--seen": share(position) } as CSSProperties}
      />
      {ticks.map(({ id, at, colour }) => (
        <i key={id} style={{ left: share(at), background: colour }} />
      ))}
    </div>
  );
}
