import type { UserConfig } from "vite";

/** The folder of a micro-frontend, the module it exposes, and the React version it needs (`^19.0.0`). */
export interface RemoteOptions {
  root: string;
  module: string;
  react?: string;
}

export function remote(options: RemoteOptions): UserConfig;
