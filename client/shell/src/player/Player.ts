import type { Playhead } from "@touchline/sdk";
import type Hls from "hls.js";
import { Picture } from "./Picture";
import { positionOf, type Segment } from "./programmeTime";
import { StreamRecovery } from "./StreamRecovery";

/** A picture this close to the live position is live. */
export const LIVE_SECONDS = 4;

/** Plays a live HLS stream in a video element, and reads its programme time. */
export class Player {
  private hls: Hls | null = null;
  private readonly picture: Picture;
  private isResuming = false;
  private readonly recovery = new StreamRecovery(() => this.load());

  constructor(
    readonly video: HTMLVideoElement,
    private readonly stream: string,
    /** The distance from the live edge, in seconds. */
    private readonly behindSeconds: number,
  ) {
    this.picture = new Picture(video, () => this.segments());
  }

  /**
   * Load hls.js, which is not part of the first bundle, and play: from a programme time if the stream still holds it,
   * else live.
   */
  async start(fromProgrammeMs: number | null = null): Promise<void> {
    const { default: Hls } = await import("hls.js/light");
    // A worker from a blob would need an exception in the content security policy.
    const hls = new Hls({
      enableWorker: false,
      liveSyncDuration: this.behindSeconds,
      maxLiveSyncPlaybackRate: 1,
      backBufferLength: 600,
      manifestLoadPolicy: POLICY,
      playlistLoadPolicy: POLICY,
    });
    this.hls = hls;
    hls.on(Hls.Events.ERROR, (_event, { fatal, type }) => {
      if (!fatal) return;
      if (type === Hls.ErrorTypes.MEDIA_ERROR) hls.recoverMediaError();
      else this.recovery.failed();
    });
    hls.on(Hls.Events.FRAG_BUFFERED, () => this.recovery.succeeded());
    hls.loadSource(this.stream);
    hls.attachMedia(this.video);
    if (fromProgrammeMs !== null) await this.resume(fromProgrammeMs);
    await this.play();
  }

  /** Return the position in programme time; null before the first segment. */
  playhead(): Playhead | null {
    return this.isResuming ? null : this.picture.playhead();
  }

  /** True if the picture plays as close to the live position as a viewer can tell. */
  isLive(): boolean {
    return !this.video.paused && this.range().live - this.video.currentTime <= LIVE_SECONDS;
  }

  /** Return how many seconds ago the picture reached a programme time; null if the stream does not hold it. */
  secondsSince(programmeMs: number): number | null {
    const position = this.positionOf(programmeMs);
    return position === null ? null : this.video.currentTime - position;
  }

  /** Return the position on the player's timeline of a programme time; null if the stream does not hold it. */
  positionOf(programmeMs: number): number | null {
    return positionOf(this.segments(), programmeMs);
  }

  /** Return the first position that one can seek to, and the live position. */
  range(): { from: number; live: number } {
    const { seekable, currentTime } = this.video;
    const from = this.segments()[0]?.start ?? 0;
    const end = seekable.length > 0 ? seekable.end(seekable.length - 1) : currentTime;
    return { from, live: Math.max(from, this.hls?.liveSyncPosition ?? end) };
  }

  async play(): Promise<void> {
    // Browsers allow muted autoplay at most; some refuse that too.
    await this.video.play().catch(() => undefined);
  }

  pause(): void {
    this.video.pause();
  }

  /** Play if the picture is paused, else pause it. */
  toggle(): void {
    if (this.video.paused) void this.play();
    else this.pause();
  }

  toggleSound(): void {
    this.video.muted = !this.video.muted;
    if (!this.video.muted && this.video.volume === 0) this.video.volume = 1;
  }

  /** Show the picture in a window of its own, or back in the page. */
  togglePictureInPicture(): void {
    // The browser refuses without a gesture or before the first picture; then the picture stays where it is.
    const change = document.pictureInPictureElement
      ? document.exitPictureInPicture()
      : this.video.requestPictureInPicture();
    change.catch(() => undefined);
  }

  /** Seek by a number of seconds; negative goes back. */
  jump(seconds: number): void {
    this.seek(this.video.currentTime + seconds);
  }

  /** Seek to a position between the first one and the live one. */
  seek(position: number): void {
    const { from, live } = this.range();
    this.video.currentTime = Math.min(Math.max(from, position), Math.max(live, this.video.currentTime));
  }

  /** Play from so many seconds after the picture of a programme time; negative is before it. */
  watchFrom(programmeMs: number, seconds: number): void {
    const position = this.positionOf(programmeMs);
    if (position === null) return;
    this.seek(position + seconds);
    void this.play();
  }

  /** Seek to the live position and play. */
  goLive(): void {
    const edge = this.hls?.liveSyncPosition;
    if (edge) this.video.currentTime = edge;
    void this.play();
  }

  stop(): void {
    this.recovery.stop();
    this.hls?.destroy();
    this.hls = null;
  }

  /** Seek to a programme time before anything is seen: the stream begins with the live picture. */
  private async resume(programmeMs: number): Promise<void> {
    const { video } = this;
    const happened = (name: string): Promise<void> =>
      new Promise((resolve) => video.addEventListener(name, () => resolve(), { once: true }));
    this.isResuming = true;
    video.style.visibility = "hidden";
    await happened("canplay");
    const position = this.positionOf(programmeMs);
    if (position !== null) {
      const sought = happened("seeked");
      video.currentTime = position;
      await sought;
    }
    this.isResuming = false;
    video.style.visibility = "";
  }

  private segments(): Segment[] {
    return this.hls?.latestLevelDetails?.fragments ?? [];
  }

  /** Load the stream again; its manifest too, if that has not been read yet. */
  private load(): void {
    if (this.hls?.levels.length) this.hls.startLoad();
    else this.hls?.loadSource(this.stream);
  }
}

const RETRY = { maxNumRetry: 4, retryDelayMs: 500, maxRetryDelayMs: 2_000 };
const POLICY = {
  default: { maxTimeToFirstByteMs: 10_000, maxLoadTimeMs: 20_000, timeoutRetry: RETRY, errorRetry: RETRY },
};
