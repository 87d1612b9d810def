export { TouchlineClient, type TouchlineOptions } from "./client";
export { Connection, type ConnectionOptions, type ConnectionState } from "./connection";
export { Emitter } from "./emitter";
export { ImpressionWatcher } from "./impressions";
export { InteractionReporter } from "./interactions";
export * from "./protocol";
export { type Playhead, Scheduler, type Screen } from "./scheduler";
