// Builds the shell, the partners' frame, the control room and every micro-frontend into dist/, and writes the catalogue with their hashes.
import { copyFileSync, existsSync, readdirSync, rmSync } from "node:fs";
import { build } from "vite";
import { writeCatalogue } from "./catalogue.mjs";

const ROOT = new URL("..", import.meta.url).pathname;
const only = process.argv.slice(2);

const remotes = readdirSync(`${ROOT}remotes`).map((name) => `remotes/${name}`);
const pages = ["frame", "shell", "control-room"].filter((name) =>
  existsSync(`${ROOT}${name}/vite.config.ts`),
);
if (only.length === 0) rmSync(`${ROOT}dist`, { recursive: true, force: true });
// The frame comes first, because the shell refers to its build.
for (const folder of [...pages, ...remotes].filter((each) => only.length === 0 || only.includes(each))) {
  await build({ configFile: `${ROOT}${folder}/vite.config.ts`, root: `${ROOT}${folder}` });
}
copyFileSync(`${ROOT}frame/frame.html`, `${ROOT}dist/frame.html`);
writeCatalogue(ROOT);
