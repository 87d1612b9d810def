import type { Playhead } from "@touchline/sdk";
import type Hls from "hls.js";
import { programmeTime } from "./programmeTime";

/** A video element on a live HLS stream, read in the programme's time. */
export class Player {
  private hls: Hls | null = null;

  constructor(
    readonly video: HTMLVideoElement,
    private readonly stream: string,
    /** How far behind the live edge to play, in seconds. */
    private readonly behindSeconds: number,
  ) {}

  /** Load the player's library, which the first paint does not wait for, and play. */
  async start(): Promise<void> {
    const { default: Hls } = await import("hls.js/light");
    // A worker made of a blob would need a hole in the content security policy.
    const hls = new Hls({
      enableWorker: false,
      liveSyncDuration: this.behindSeconds,
      liveMaxLatencyDuration: this.behindSeconds + 30,
      maxLiveSyncPlaybackRate: 1,
      backBufferLength: 600,
      manifestLoadPolicy: POLICY,
      playlistLoadPolicy: POLICY,
    });
    this.hls = hls;
    hls.on(Hls.Events.ERROR, (_event, { fatal, type }) => {
      if (!fatal) return;
      if (type === Hls.ErrorTypes.MEDIA_ERROR) hls.recoverMediaError();
      else setTimeout(() => hls.startLoad(), 1_000);
    });
    hls.loadSource(this.stream);
    hls.attachMedia(this.video);
    await this.play();
  }

  /** Where the picture is in the programme's time; null before the first segment. */
  playhead(): Playhead | null {
    const details = this.hls?.latestLevelDetails;
    if (!details || this.video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return null;
    const at = programmeTime(details.fragments, this.video.currentTime);
    if (!at) return null;
    const running =
      !this.video.paused && !this.video.seeking && this.video.readyState > HTMLMediaElement.HAVE_CURRENT_DATA;
    return { programmeMs: at.programmeMs, rate: running ? at.rate * this.video.playbackRate : 0 };
  }

  /** How far the picture is behind the live edge, in milliseconds. */
  latencyMs(): number {
    return Math.max(0, this.hls?.latency ?? 0) * 1_000;
  }

  async play(): Promise<void> {
    // Browsers let a page play without a gesture only while it is silent, and some not even then.
    await this.video.play().catch(() => undefined);
  }

  pause(): void {
    this.video.pause();
  }

  /** Go back or forward, in seconds of the picture. */
  jump(seconds: number): void {
    this.video.currentTime = Math.max(0, this.video.currentTime + seconds);
  }

  /** Go to where this viewer's picture would be, had it never paused. */
  goLive(): void {
    const edge = this.hls?.liveSyncPosition;
    if (edge) this.video.currentTime = edge;
    void this.play();
  }

  stop(): void {
    this.hls?.destroy();
    this.hls = null;
  }
}

const RETRY = { maxNumRetry: 60, retryDelayMs: 500, maxRetryDelayMs: 2_000 };
const POLICY = {
  default: { maxTimeToFirstByteMs: 10_000, maxLoadTimeMs: 20_000, timeoutRetry: RETRY, errorRetry: RETRY },
};
