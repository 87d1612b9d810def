// Writes dist/remotes/components.json: the catalogue with the hash of each built micro-frontend in it.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

/** Seal the catalogue with what lies in dist; fails when a component's micro-frontend was not built. */
export function seal(root) {
  const catalogue = JSON.parse(readFileSync(`${root}../catalogue/components.json`, "utf8"));
  for (const component of catalogue.components) {
    const { remote } = component;
    remote.integrity = integrityOf(`${root}dist${remote.url}`);
  }
  writeFileSync(`${root}dist/remotes/components.json`, `${JSON.stringify(catalogue, null, 1)}\n`);
}

function integrityOf(file) {
  return `sha384-${createHash("sha384").update(readFileSync(file)).digest("base64")}`;
}
