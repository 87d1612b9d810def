export { pauseBefore } from "./backoff";
export type { Delivery } from "./channels/delivery";
export { TouchlineClient, type TouchlineOptions } from "./client";
export {
  Connection,
  type ConnectionOptions,
  type ConnectionStats,
} from "./connection";
export { Emitter } from "./emitter";
export type { RefusalReason } from "./frames";
export { ImpressionWatcher } from "./impressions";
export { type Batching, InteractionReporter } from "./interactions";
export * from "./protocol";
export type { ConnectionState } from "./reconnection";
export { type Playhead, Scheduler, type Screen } from "./scheduler";
export type { Transport } from "./transport";
