import type { Playhead } from "@touchline/sdk";
import { programmeTime, type Segment } from "./programmeTime";

/** The picture of a video element: its position in programme time, never ahead of what the viewer sees. */
export class Picture {
  private last: Playhead | null = null;

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
    const at = programmeTime(this.segments(), currentTime);
    if (!at) return null;
    const running = !paused && readyState > HTMLMediaElement.HAVE_CURRENT_DATA;
    return { ...at, rate: running ? at.rate * playbackRate : 0 };
  }
}
