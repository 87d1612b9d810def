import type { Goal } from "@touchline/kit";
import type { ReactNode } from "react";
import type { Match } from "../config";
import { LIVE_SECONDS, type Player } from "../player/Player";
import { say } from "../words";
import { duration } from "./duration";
import { Icon } from "./icons";
import { Scrubber } from "./Scrubber";
import { useVideo } from "./useVideo";

interface Props {
  player: Player | null;
  match: Match;
  goals: Goal[];
  isFull: boolean;
  toggleFullScreen: (() => void) | null;
}

/** The controls of the picture. */
export function Controls({ player, match, goals, isFull, toggleFullScreen }: Props): ReactNode {
  const state = useVideo(player);
  const { paused, muted, live, position } = state;
  const behind = live - position;
  const isLive = !paused && behind <= LIVE_SECONDS;
  return (
    <fieldset className="controls" aria-label={say().player}>
      <Scrubber player={player} state={state} match={match} goals={goals} />
      <Control
        icon={paused ? "play" : "pause"}
        label={paused ? say().play : say().pause}
        press={() => player?.toggle()}
      />
      <Control icon="back" label={say().back} press={() => player?.jump(-10)} />
      <button
        type="button"
        className={isLive ? "live" : "live behind"}
        aria-label={isLive ? say().live : `-${duration(behind)}, ${say().goLive}`}
        onClick={() => player?.goLive()}
      >
        {isLive ? (
          say().live
        ) : (
          <>
            -{duration(behind)} <b>{say().goLive}</b>
          </>
        )}
      </button>
      <span className="space" />
      <Control
        icon={muted ? "soundOff" : "soundOn"}
        label={muted ? say().soundOn : say().soundOff}
        press={() => player?.toggleSound()}
      />
      {document.pictureInPictureEnabled && (
        <Control
          icon="pictureInPicture"
          label={say().pictureInPicture}
          press={() => player?.togglePictureInPicture()}
        />
      )}
      {toggleFullScreen && (
        <Control
          icon={isFull ? "leaveFullScreen" : "fullScreen"}
          label={isFull ? say().leaveFullScreen : say().fullScreen}
          press={toggleFullScreen}
        />
      )}
    </fieldset>
  );
}

interface ControlProps {
  icon: Parameters<typeof Icon>[0]["name"];
  label: string;
  press: () => void;
}

function Control({ icon, label, press }: ControlProps): ReactNode {
  return (
    <button type="button" aria-label={label} title={label} onClick={press}>
      <Icon name={icon} />
    </button>
  );
}
