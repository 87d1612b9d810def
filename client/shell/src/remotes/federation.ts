import { createInstance, type ModuleFederationRuntimePlugin } from "@module-federation/runtime";
import type { RemoteModule } from "@touchline/kit";
import type { Placement } from "@touchline/sdk";
import * as React from "react";
import * as jsxRuntime from "react/jsx-runtime";
import { importVerified } from "./verified";

/** The expected hash of each container, by its registered name. */
const hashes = new Map<string, string>();

/** Loads every container through `importVerified`; the federation runtime fetches no script itself. */
const verifiedEntries: ModuleFederationRuntimePlugin = {
  name: "verified-entries",
  loadEntry: async ({ remoteInfo }) => {
    return (await importVerified(remoteInfo.entry, hashes.get(remoteInfo.name) ?? "")) as never;
  },
};

const host = createInstance({
  name: "touchline-shell",
  remotes: [],
  shared: {
    react: share(() => React),
    "react/jsx-runtime": share(() => jsxRuntime),
  },
  plugins: [verifiedEntries],
});

const loading = new Map<string, Promise<RemoteModule>>();

/** Load a micro-frontend once per URL and hash; a failed load can be retried. */
export function load(remote: Placement["remote"], base: string): Promise<RemoteModule> {
  const url = new URL(remote.url, base).href;
  const key = `${url}|${remote.integrity}`;
  const known = loading.get(key);
  if (known) return known;
  const loaded = fetchModule(url, remote.module, remote.integrity);
  loading.set(key, loaded);
  loaded.catch(() => loading.delete(key));
  return loaded;
}

async function fetchModule(url: string, module: string, integrity: string): Promise<RemoteModule> {
  const name = `remote-${hashes.size + 1}`;
  hashes.set(name, integrity);
  host.registerRemotes([{ name, entry: url, type: "module" }]);
  const loaded = await host.loadRemote<RemoteModule>(`${name}${module.replace(/^\./, "")}`);
  if (typeof loaded?.default !== "function") {
    throw new Error(`${url}: expected ${module} to export a component as its default`);
  }
  return loaded;
}

function share(lib: () => unknown): never {
  return {
    version: React.version,
    lib,
    shareConfig: { singleton: true, requiredVersion: false },
  } as never;
}
