import { defineConfig } from "vite";

export default defineConfig({
  root: new URL(".", import.meta.url).pathname,
  logLevel: "warn",
  // The user pool's library was written for Node's name of the global object.
  define: { global: "globalThis" },
  build: {
    outDir: "../dist",
    emptyOutDir: false,
    target: "es2022",
    assetsDir: "assets/shell",
    modulePreload: { polyfill: false },
  },
});
