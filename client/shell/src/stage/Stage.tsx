import type { Goal } from "@touchline/kit";
import { type ReactNode, type RefObject, useCallback, useRef } from "react";
import type { Match } from "../config";
import type { Player } from "../player/Player";
import type { View } from "../session/useSession";
import { say } from "../words";
import { Announced } from "./Announced";
import type { Announcement } from "./announcement";
import { Controls } from "./Controls";
import { ScoreBar } from "./ScoreBar";
import { useFullScreen } from "./useFullScreen";
import { usePlayerKeys } from "./usePlayerKeys";

/** How long before a goal its repetition begins. */
const BEFORE_GOAL_SECONDS = 15;

interface Props {
  video: RefObject<HTMLVideoElement | null>;
  player: Player | null;
  match: Match;
  view: View;
  programmeMs: () => number | null;
  goals: Goal[];
  announcement: Announcement;
  /** The region over the picture. */
  children: ReactNode;
}

/** The score bar, the picture with its controls, and the region over it. */
export function Stage(props: Props): ReactNode {
  const { video, player, match, view, programmeMs, goals, announcement, children } = props;
  const element = useRef<HTMLElement>(null);
  const [isFull, toggleFullScreen] = useFullScreen(element);
  usePlayerKeys(
    player,
    useCallback(() => toggleFullScreen?.(), [toggleFullScreen]),
  );
  return (
    <section className="stage" aria-label={say().theMatch} ref={element}>
      <div className="screen">
        <ScoreBar match={match} view={view} programmeMs={programmeMs} />
        <div className="picture">
          <video
            ref={video}
            muted
            playsInline
            aria-label={say().livePicture}
            onClick={() => player?.toggle()}
          />
          <Announced
            announcement={announcement}
            match={match}
            watchAgain={({ programmeMs }) => player?.watchFrom(programmeMs, -BEFORE_GOAL_SECONDS)}
          />
          <Controls
            player={player}
            match={match}
            goals={goals}
            isFull={isFull}
            toggleFullScreen={toggleFullScreen}
          />
        </div>
      </div>
      {children}
    </section>
  );
}
