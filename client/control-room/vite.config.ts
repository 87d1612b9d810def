import { defineConfig } from "vite";

export default defineConfig({
  root: new URL(".", import.meta.url).pathname,
  base: "/control-room/",
  logLevel: "warn",
  build: { outDir: "../dist/control-room", emptyOutDir: true, target: "es2022", modulePreload: { polyfill: false } },
});
