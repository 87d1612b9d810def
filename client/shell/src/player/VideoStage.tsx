import { type ReactNode, type RefObject, useEffect, useState } from "react";
import type { Player } from "./Player";

interface Props {
  video: RefObject<HTMLVideoElement | null>;
  player: Player | null;
  children: ReactNode;
}

/** The video with its controls and the regions over it. */
export function VideoStage({ video, player, children }: Props): ReactNode {
  const [paused, setPaused] = useState(true);
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    const follow = (): void => setPaused(element.paused);
    for (const name of ["play", "pause"]) element.addEventListener(name, follow);
    return () => {
      for (const name of ["play", "pause"]) element.removeEventListener(name, follow);
    };
  }, [video]);
  return (
    <section className="stage" aria-label="The match">
      <video ref={video} muted playsInline aria-label="Live picture of the match" />
      {children}
      <fieldset className="controls" aria-label="Player">
        <button type="button" onClick={() => (paused ? void player?.play() : player?.pause())}>
          {paused ? "Play" : "Pause"}
        </button>
        <button type="button" onClick={() => player?.jump(-10)}>
          Back 10 s
        </button>
        <button type="button" className="live" onClick={() => player?.goLive()}>
          Live
        </button>
      </fieldset>
    </section>
  );
}
