import { useEffect } from "react";
import type { Player } from "../player/Player";

const STEP_SECONDS = 10;
const STEP_VOLUME = 0.1;

/** What each key does, by its name in lower case. */
const KEYS: Record<string, (player: Player, toggleFullScreen: () => void) => void> = {
  " ": (player) => player.toggle(),
  k: (player) => player.toggle(),
  arrowleft: (player) => player.jump(-STEP_SECONDS),
  arrowright: (player) => player.jump(STEP_SECONDS),
  arrowup: ({ video }) => setVolume(video, video.volume + STEP_VOLUME),
  arrowdown: ({ video }) => setVolume(video, video.volume - STEP_VOLUME),
  m: ({ video }) => {
    video.muted = !video.muted;
  },
  f: (_player, toggleFullScreen) => toggleFullScreen(),
};
/** Controls that use the space bar or the arrows themselves. */
const USE_SPACE = "button, input";
const USE_ARROWS = "input";

/** Let the keys of players work while the focus is on the stage or nowhere: they never reach into a component. */
export function usePlayerKeys(player: Player | null, toggleFullScreen: () => void): void {
  useEffect(() => {
    if (!player) return;
    const press = (event: KeyboardEvent): void => {
      const act = KEYS[event.key.toLowerCase()];
      if (!act || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const focused = document.activeElement;
      const isFree = focused === null || focused === document.body;
      if (!isFree && !focused.closest(".screen")) return;
      if (event.key === " " && focused?.matches(USE_SPACE)) return;
      if (event.key.startsWith("Arrow") && focused?.matches(USE_ARROWS)) return;
      // Without this, the space bar and the arrows scroll the page too.
      event.preventDefault();
      act(player, toggleFullScreen);
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [player, toggleFullScreen]);
}

function setVolume(video: HTMLVideoElement, volume: number): void {
  video.volume = Math.min(1, Math.max(0, volume));
  video.muted = video.volume === 0;
}
