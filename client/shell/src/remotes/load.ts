import type { RemoteModule } from "@touchline/kit";
import type { Placement } from "@touchline/sdk";
import { loadModule } from "./federation";
import { fetchBundle } from "./frame/fetchBundle";
import { frameRuntime } from "./frame/runtime";
import { Retries } from "./Retries";
import type { Build } from "./verified";

/** The code for a frame: its runtime, and the verified bundle with the module that it exposes. */
export interface FrameCode {
  runtime: string;
  source: string;
  module: string;
}

/** A micro-frontend that can be shown: a module in the shell, or the code for a frame. */
export type Loaded = { isolation: "module"; module: RemoteModule } | { isolation: "frame"; code: FrameCode };

interface Load {
  loaded: Promise<Loaded>;
  failed: boolean;
}

const loads = new Map<string, Load>();
const retries = new Retries();

/** Load a micro-frontend once per URL and hash. After a failure a later call loads it again, once its pause is over. */
export function load(remote: Placement["remote"], base: string): Promise<Loaded> {
  const url = new URL(remote.url, base).href;
  const key = `${url}|${remote.integrity}|${remote.isolation}`;
  const known = loads.get(key);
  if (known && !(known.failed && retries.wait(key) === 0)) return known.loaded;
  const loaded = loadBuild(url, remote, { integrity: remote.integrity, attempt: retries.count(key) });
  const started: Load = { loaded, failed: false };
  loaded.catch(() => {
    started.failed = true;
    retries.failed(key);
  });
  loads.set(key, started);
  return loaded;
}

/** Load one build; anything but a `module` goes into a frame. */
async function loadBuild(
  url: string,
  { module, isolation }: Placement["remote"],
  build: Build,
): Promise<Loaded> {
  if (isolation === "module") return { isolation, module: await loadModule(url, module, build) };
  const [runtime, source] = await Promise.all([frameRuntime(), fetchBundle(url, build)]);
  return { isolation: "frame", code: { runtime, source, module } };
}
