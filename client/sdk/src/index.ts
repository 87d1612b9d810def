export { pauseBefore } from "./backoff";
export { TouchlineClient, type TouchlineOptions } from "./client";
export {
  Connection,
  type ConnectionOptions,
  type ConnectionState,
  type ConnectionStats,
} from "./connection";
export { Emitter } from "./emitter";
export type { RefusalReason } from "./frames";
export { ImpressionWatcher } from "./impressions";
export { InteractionReporter } from "./interactions";
export * from "./protocol";
export { type Playhead, Scheduler, type Screen } from "./scheduler";
