import type { Answer } from "./protocol";

interface Waiting {
  resolve: (answer: Answer | null) => void;
  timeout: ReturnType<typeof setTimeout>;
}

/** The requests of a connection that have no answer yet, oldest first. */
export class PendingRequests {
  private readonly waiting = new Map<string, Waiting>();

  /** Wait for the answer to a request; `onTimeout` is called if there is none in time. */
  add(
    requestId: string,
    timeoutMs: number,
    onTimeout: () => void,
    resolve: (answer: Answer | null) => void,
  ): void {
    const timeout = setTimeout(() => {
      this.settle(requestId, null);
      onTimeout();
    }, timeoutMs);
    this.waiting.set(requestId, { resolve, timeout });
  }

  /** Resolve a request, if it is still waiting. */
  settle(requestId: string, answer: Answer | null): void {
    const request = this.waiting.get(requestId);
    if (!request) return;
    clearTimeout(request.timeout);
    this.waiting.delete(requestId);
    request.resolve(answer);
  }

  /**
   * Resolve the oldest request with null.
   *
   * API Gateway's refusal does not name the request. If this is another one, it is sent again, which changes nothing.
   */
  refuseOldest(): void {
    const [oldest] = this.waiting.keys();
    if (oldest !== undefined) this.settle(oldest, null);
  }

  /** Resolve every request with null. */
  abandonAll(): void {
    for (const requestId of [...this.waiting.keys()]) this.settle(requestId, null);
  }
}
