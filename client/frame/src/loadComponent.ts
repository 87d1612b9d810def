import type { RemoteModule } from "@touchline/kit";
import * as React from "react";
import * as jsxRuntime from "react/jsx-runtime";

/** The part of a Module Federation container that a frame uses. */
interface Container {
  init: (shareScope: unknown) => unknown;
  get: (module: string) => Promise<() => RemoteModule>;
}

const SHARED = { react: shared(React), "react/jsx-runtime": shared(jsxRuntime) };

/** Run a bundle and return the module that it exposes; the shell has verified the bundle's hash. */
export async function loadComponent(source: string, module: string): Promise<RemoteModule> {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const container = (await import(/* @vite-ignore */ url)) as Partial<Container>;
  URL.revokeObjectURL(url);
  if (typeof container.init !== "function" || typeof container.get !== "function") {
    throw new Error("expected a federation container with init and get");
  }
  await container.init(SHARED);
  const loaded = (await container.get(module))();
  if (typeof loaded?.default !== "function") {
    throw new Error(`expected ${module} to export a component as its default`);
  }
  return loaded;
}

function shared(library: unknown): unknown {
  return { [React.version]: { get: async () => () => library, from: "touchline-frame", loaded: 1 } };
}
