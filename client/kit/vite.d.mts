import type { UserConfig } from "vite";

/** Where a micro-frontend lies, the module it exposes, and the React it needs of its host (`^19.0.0`). */
export interface RemoteOptions {
  root: string;
  module: string;
  react?: string;
}

export function remote(options: RemoteOptions): UserConfig;
