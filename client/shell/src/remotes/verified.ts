/** A Module Federation container. */
export interface Container {
  init: (shareScope: unknown) => unknown;
  get: (module: string) => Promise<() => unknown>;
}

/** The hash of a build, and how often it has failed to load. */
export interface Build {
  integrity: string;
  attempt: number;
}

const HASH = /^sha(256|384|512)-[A-Za-z0-9+/]+=*$/;

/**
 * Import an ES module after the browser has verified its hash.
 *
 * A module script with an `integrity` attribute is verified before it runs (Subresource Integrity). The import that
 * follows takes the same module from the page's module map, without another request. The hash is part of the URL, so
 * that another build at the same URL is another module; so is the attempt, because the module map keeps a module that
 * failed to load.
 */
export async function importVerified(url: string, build: Build): Promise<Container> {
  const buildUrl = urlOfBuild(url, build);
  await runVerified(buildUrl, build.integrity);
  const container = (await import(/* @vite-ignore */ buildUrl)) as Partial<Container>;
  if (typeof container.init !== "function" || typeof container.get !== "function") {
    throw new Error(`${url}: expected a federation container with init and get`);
  }
  return container as Container;
}

/** Return the URL of one build; throws if it has no hash, because a browser ignores what it cannot read as one. */
export function urlOfBuild(url: string, { integrity, attempt }: Build): string {
  if (!HASH.test(integrity))
    throw new Error(`${url}: expected the hash of a published build, got ${integrity}`);
  return `${url}?build=${encodeURIComponent(integrity)}${attempt > 0 ? `&attempt=${attempt}` : ""}`;
}

function runVerified(buildUrl: string, integrity: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.type = "module";
    script.src = buildUrl;
    script.integrity = integrity;
    script.crossOrigin = "anonymous";
    script.onload = () => resolve();
    script.onerror = () => reject(new Error(`${buildUrl}: expected a script with the hash ${integrity}`));
    document.head.append(script);
    script.addEventListener("load", () => script.remove());
    script.addEventListener("error", () => script.remove());
  });
}
