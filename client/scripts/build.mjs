// Builds the shell, the pages and every micro-frontend, each apart, into dist/, and seals the catalogue.
import { existsSync, readdirSync, rmSync } from "node:fs";
import { build } from "vite";
import { seal } from "./seal.mjs";

const ROOT = new URL("..", import.meta.url).pathname;
const only = process.argv.slice(2);

const remotes = readdirSync(`${ROOT}remotes`).map((name) => `remotes/${name}`);
const pages = ["shell", "control-room"].filter((name) => existsSync(`${ROOT}${name}/vite.config.ts`));
if (only.length === 0) rmSync(`${ROOT}dist`, { recursive: true, force: true });
// The shell first: it clears the root of dist, where the others have their folders.
for (const folder of [...pages, ...remotes].filter((each) => only.length === 0 || only.includes(each))) {
  await build({ configFile: `${ROOT}${folder}/vite.config.ts`, root: `${ROOT}${folder}` });
}
seal(ROOT);
