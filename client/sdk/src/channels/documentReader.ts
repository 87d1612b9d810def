import { type AudienceMessage, readAudienceMessage } from "../audienceMessage";
import type { ConnectionStats } from "../connection";

const ANSWER_TIMEOUT_MS = 10_000;
/** What the edge answers for a document that was not written: the bucket's answer, or the refusal to say. */
const ABSENT = [403, 404];

/** Reads the document of one address: its newest message, with those before it that a picture can still reach. */
export class DocumentReader {
  private reading: { url: string; answer: Promise<AudienceMessage | null> } | null = null;

  constructor(
    private readonly request: typeof fetch,
    private readonly stats: ConnectionStats,
  ) {}

  /**
   * Read the document; null if it was not written yet, or if there was no answer.
   *
   * One request at a time: whoever asks for the same meanwhile gets its answer too. The browser's cache asks the edge only whether
   * the document has changed.
   */
  read(url: string): Promise<AudienceMessage | null> {
    if (this.reading?.url === url) return this.reading.answer;
    const reading = { url, answer: this.ask(url) };
    this.reading = reading;
    void reading.answer.then(() => {
      if (this.reading === reading) this.reading = null;
    });
    return reading.answer;
  }

  private async ask(url: string): Promise<AudienceMessage | null> {
    const giveUp = new AbortController();
    const timeout = setTimeout(() => giveUp.abort(), ANSWER_TIMEOUT_MS);
    try {
      const response = await this.request(url, { credentials: "omit", signal: giveUp.signal });
      if (ABSENT.includes(response.status)) return null;
      if (!response.ok) {
        this.stats.refused[response.status === 429 ? "throttled" : "failed"] += 1;
        return null;
      }
      const message = readAudienceMessage(await response.text());
      if (!message) this.stats.ignoredFrames += 1;
      return message;
    } catch {
      if (giveUp.signal.aborted) this.stats.unanswered += 1;
      return null;
    } finally {
      clearTimeout(timeout);
    }
  }
}
