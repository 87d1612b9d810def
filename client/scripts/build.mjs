// Builds the shell, the control room and every micro-frontend into dist/, and writes the catalogue with their hashes.
import { existsSync, readdirSync, rmSync } from "node:fs";
import { build } from "vite";
import { writeCatalogue } from "./catalogue.mjs";

const ROOT = new URL("..", import.meta.url).pathname;
const only = process.argv.slice(2);

const remotes = readdirSync(`${ROOT}remotes`).map((name) => `remotes/${name}`);
const pages = ["shell", "control-room"].filter((name) => existsSync(`${ROOT}${name}/vite.config.ts`));
if (only.length === 0) rmSync(`${ROOT}dist`, { recursive: true, force: true });
// The shell comes first, because its build empties the root of dist.
for (const folder of [...pages, ...remotes].filter((each) => only.length === 0 || only.includes(each))) {
  await build({ configFile: `${ROOT}${folder}/vite.config.ts`, root: `${ROOT}${folder}` });
}
writeCatalogue(ROOT);
