import type { Playhead } from "@touchline/sdk";
import { programmeTime, type Segment } from "./programmeTime";

/** How far ahead a guess of the rate may have been, in seconds of the video. */
const GUESSED_SECONDS = 2;

/** The picture of a video element: its position in programme time, never ahead of what the viewer sees. */
export class Picture {
  private last: Playhead | null = null;
  /** Where the video was when it reached a programme time, and the rate there. */
  private reached = { position: Infinity, programmeMs: 0, rate: 0 };

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly segments: () => Segment[],
  ) {}

  /**
   * Return the position; null before the first segment.
   *
   * The last position is held while a seek is under way, because the old picture stays until the new one is there,
   * and while the programme time is unknown, for example in an advert.
   */
  playhead(): Playhead | null {
    const now = this.video.seeking ? null : this.measured();
    if (now) this.last = now;
    return now ?? (this.last && { ...this.last, rate: 0 });
  }

  private measured(): Playhead | null {
    const { currentTime, paused, playbackRate, readyState } = this.video;
    if (readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return null;
    const measured = programmeTime(this.segments(), currentTime);
    if (!measured) return null;
    const at = this.notBack(measured, currentTime);
    const running = !paused && readyState > HTMLMediaElement.HAVE_CURRENT_DATA;
    return { ...at, rate: running ? at.rate * playbackRate : 0 };
  }

  /**
   * Return the programme time, or the one that was reached before if only a guess was too high.
   *
   * In a replay faster than the match the rate of the newest segments is a guess until more are listed. What was shown
   * too early stays: to take it away and show it again a second later would help nobody.
   */
  private notBack(at: Playhead, position: number): Playhead {
    const { reached } = this;
    const back = reached.programmeMs - at.programmeMs;
    const isGuess = reached.rate > 1 && back > 0 && back <= GUESSED_SECONDS * 1_000 * reached.rate;
    if (position >= reached.position && isGuess) return { ...at, programmeMs: reached.programmeMs };
    this.reached = { position, ...at };
    return at;
  }
}
