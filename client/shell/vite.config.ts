import { defineConfig } from "vite";

export default defineConfig({
  root: new URL(".", import.meta.url).pathname,
  logLevel: "warn",
  // amazon-cognito-identity-js uses Node's name of the global object.
  define: { global: "globalThis" },
  build: {
    outDir: "../dist",
    emptyOutDir: false,
    target: "es2022",
    assetsDir: "assets/shell",
    modulePreload: { polyfill: false },
  },
});
