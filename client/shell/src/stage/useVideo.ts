import { useEffect, useState } from "react";
import type { Player } from "../player/Player";

/** What the controls show of a player; times are in whole seconds. */
export interface VideoState {
  paused: boolean;
  muted: boolean;
  position: number;
  from: number;
  live: number;
}

const NONE: VideoState = { paused: true, muted: true, position: 0, from: 0, live: 0 };
const EVENTS = ["play", "pause", "volumechange", "timeupdate", "seeked", "progress"];

/** Return the state of a player's video, and follow it. */
export function useVideo(player: Player | null): VideoState {
  const [state, setState] = useState(NONE);
  useEffect(() => {
    if (!player) return;
    const { video } = player;
    const follow = (): void => setState((known) => (isSame(known, read(player)) ? known : read(player)));
    for (const name of EVENTS) video.addEventListener(name, follow);
    // The live position moves on while the picture is paused.
    const timer = setInterval(follow, 1_000);
    return () => {
      for (const name of EVENTS) video.removeEventListener(name, follow);
      clearInterval(timer);
    };
  }, [player]);
  return state;
}

function read(player: Player): VideoState {
  const { from, live } = player.range();
  const { paused, muted, currentTime } = player.video;
  return {
    paused,
    muted,
    position: Math.floor(currentTime),
    from: Math.floor(from),
    live: Math.floor(live),
  };
}

function isSame(one: VideoState, other: VideoState): boolean {
  return (Object.keys(one) as (keyof VideoState)[]).every((key) => one[key] === other[key]);
}
