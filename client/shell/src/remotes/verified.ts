/** What a federation container is. */
export interface Container {
  init: (shareScope: unknown) => unknown;
  get: (module: string) => Promise<() => unknown>;
}

const HASH = /^sha(256|384|512)-[A-Za-z0-9+/]+=*$/;

/**
 * Import an ES module that is, byte for byte, what its hash says.
 *
 * The browser checks the hash of a module script before it runs any of it (Subresource Integrity); the import
 * after it finds the same module in the page's module map and fetches nothing. The hash is part of the address,
 * so that another build at the same address is another module.
 */
export async function verified(url: string, integrity: string): Promise<Container> {
  if (!HASH.test(integrity))
    throw new Error(`${url}: expected the hash of a published build, got ${integrity}`);
  const address = `${url}?build=${encodeURIComponent(integrity)}`;
  await checked(address, integrity);
  const container = (await import(/* @vite-ignore */ address)) as Partial<Container>;
  if (typeof container.init !== "function" || typeof container.get !== "function") {
    throw new Error(`${url}: expected a federation container with init and get`);
  }
  return container as Container;
}

function checked(address: string, integrity: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.type = "module";
    script.src = address;
    script.integrity = integrity;
    script.crossOrigin = "anonymous";
    script.onload = () => resolve();
    script.onerror = () => reject(new Error(`${address}: expected a script with the hash ${integrity}`));
    document.head.append(script);
    script.addEventListener("load", () => script.remove());
    script.addEventListener("error", () => script.remove());
  });
}
