// Writes dist/remotes/components.json: the catalogue with the hash of each built micro-frontend.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

/** Write the catalogue with the hashes of dist; throws if a component's micro-frontend was not built. */
export function writeCatalogue(root) {
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
