import { createInstance, type ModuleFederationRuntimePlugin } from "@module-federation/runtime";
import type { RemoteModule } from "@touchline/kit";
import * as React from "react";
import * as jsxRuntime from "react/jsx-runtime";
import { type Build, importVerified } from "./verified";

/** The expected build of each container, by its registered name. */
const builds = new Map<string, Build>();

/** Loads every container through `importVerified`; the federation runtime fetches no script itself. */
const verifiedEntries: ModuleFederationRuntimePlugin = {
  name: "verified-entries",
  loadEntry: async ({ remoteInfo }) => {
    const build = builds.get(remoteInfo.name);
    if (!build) throw new Error(`${remoteInfo.name}: expected a registered micro-frontend`);
    return (await importVerified(remoteInfo.entry, build)) as never;
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

/** Load a micro-frontend into this page. */
export async function loadModule(url: string, module: string, build: Build): Promise<RemoteModule> {
  const name = `remote-${builds.size + 1}`;
  builds.set(name, build);
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
