import { pauseBefore } from "@touchline/sdk";

/** With pauses of at most a minute, these take about half an hour. */
const MAX_ATTEMPTS = 60;

/** Call `attempt` until it succeeds, with backoff and at most 60 times; call `failed` with the error of each failure. */
export async function untilDone(
  attempt: () => Promise<void>,
  failed: (error: unknown) => void,
  random = Math.random,
): Promise<void> {
  for (let failures = 0; failures < MAX_ATTEMPTS; failures += 1) {
    try {
      await attempt();
      return;
    } catch (error) {
      failed(error);
    }
    await new Promise((resolve) => setTimeout(resolve, pauseBefore(failures, random)));
  }
}
