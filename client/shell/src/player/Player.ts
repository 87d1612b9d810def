import type { Playhead } from "@touchline/sdk";
import type Hls from "hls.js";
import { Picture } from "./Picture";
import { StreamRecovery } from "./StreamRecovery";

/** Plays a live HLS stream in a video element, and reads its programme time. */
export class Player {
  private hls: Hls | null = null;
  private readonly picture: Picture;
  private readonly recovery = new StreamRecovery(() => this.load());

  constructor(
    readonly video: HTMLVideoElement,
    private readonly stream: string,
    /** The distance from the live edge, in seconds. */
    private readonly behindSeconds: number,
  ) {
    this.picture = new Picture(video, () => this.hls?.latestLevelDetails?.fragments ?? []);
  }

  /** Load hls.js, which is not part of the first bundle, and play. */
  async start(): Promise<void> {
    const { default: Hls } = await import("hls.js/light");
    // A worker from a blob would need an exception in the content security policy.
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
      else this.recovery.failed();
    });
    hls.on(Hls.Events.FRAG_BUFFERED, () => this.recovery.succeeded());
    hls.loadSource(this.stream);
    hls.attachMedia(this.video);
    await this.play();
  }

  /** Return the position in programme time; null before the first segment. */
  playhead(): Playhead | null {
    return this.picture.playhead();
  }

  async play(): Promise<void> {
    // Browsers allow muted autoplay at most; some refuse that too.
    await this.video.play().catch(() => undefined);
  }

  pause(): void {
    this.video.pause();
  }

  /** Seek by a number of seconds; negative goes back. */
  jump(seconds: number): void {
    this.video.currentTime = Math.max(0, this.video.currentTime + seconds);
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
