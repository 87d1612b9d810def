export * from "./protocol";
export { Connection, type ConnectionOptions, type ConnectionState } from "./connection";
export { Emitter } from "./emitter";
export { ImpressionWatcher } from "./impressions";
export { InteractionReporter } from "./interactions";
export { Scheduler, type Playhead, type Screen } from "./scheduler";
export { TouchlineClient, type TouchlineOptions } from "./client";
