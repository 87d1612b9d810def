import { type FromFrame, type ReportedType, readFromFrame, type ToFrame } from "@touchline/kit";

/** More messages in a second than these are not the work of a component. */
export const MAX_MESSAGES_PER_SECOND = 120;
/**
 * Half of what a connection may report in a second: a frame cannot use up what the viewer does elsewhere
 * (`viewer_limits` of the stage).
 */
export const MAX_INTERACTIONS_PER_SECOND = 5;
/** After this many messages that were not accepted the frame is given up. */
export const MAX_REJECTED = 20;

export interface FrameHandlers {
  ready: () => void;
  resize: (height: number) => void;
  interact: (type: ReportedType, value?: number) => void;
  failed: (why: Error) => void;
  /** True if the viewer has just acted in this frame: only then does it report an interaction. */
  isInUse: () => boolean;
}

/**
 * The shell's end of the channel to one frame.
 *
 * It is the only way in: the shell listens to no window messages, and the port belongs to the document that got it, so
 * neither another frame nor a page that replaces this one can speak for it. What is not accepted is counted.
 */
export class FrameChannel {
  rejected = 0;
  private isReady = false;
  private readonly messages = new SecondsBudget(MAX_MESSAGES_PER_SECOND);
  private readonly interactions = new SecondsBudget(MAX_INTERACTIONS_PER_SECOND);

  constructor(
    private readonly port: MessagePort,
    private readonly handlers: FrameHandlers,
  ) {
    port.onmessage = ({ data }: MessageEvent<unknown>) => this.receive(data);
  }

  send(message: ToFrame): void {
    this.port.postMessage(message);
  }

  close(): void {
    this.port.onmessage = null;
    this.port.close();
  }

  private receive(data: unknown): void {
    const message = readFromFrame(data);
    if (!message || !this.accept(message)) this.rejected += 1;
    if (!this.messages.take()) this.fail(`it sent over ${MAX_MESSAGES_PER_SECOND} messages in a second`);
    else if (this.rejected >= MAX_REJECTED)
      this.fail(`it sent ${this.rejected} messages that were not accepted`);
  }

  /** Act on a message; false if the frame may not send it now. */
  private accept(message: FromFrame): boolean {
    switch (message.type) {
      case "ready":
        if (this.isReady) return false;
        this.isReady = true;
        this.handlers.ready();
        return true;
      case "resize":
        this.handlers.resize(message.height);
        return true;
      case "interact":
        if (!this.isReady || !this.handlers.isInUse() || !this.interactions.take()) return false;
        this.handlers.interact(message.interaction, message.value);
        return true;
      case "failed":
        this.fail(message.reason);
        return true;
    }
  }

  private fail(reason: string): void {
    this.close();
    this.handlers.failed(new Error(reason));
  }
}

/** Allows something so often in each second. */
class SecondsBudget {
  private second = 0;
  private taken = 0;

  constructor(private readonly limit: number) {}

  /** Take one; false if this second's are used up. */
  take(): boolean {
    const second = Math.floor(performance.now() / 1_000);
    if (second !== this.second) this.taken = 0;
    this.second = second;
    this.taken += 1;
    return this.taken <= this.limit;
  }
}
