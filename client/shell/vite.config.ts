import { defineConfig } from "vite";

export default defineConfig({
  root: new URL(".", import.meta.url).pathname,
  logLevel: "warn",
  build: { outDir: "../dist", emptyOutDir: false, target: "es2022", assetsDir: "assets/shell", modulePreload: { polyfill: false } },
});
