import { defineConfig } from "vite";

export default defineConfig({
  root: new URL(".", import.meta.url).pathname,
  logLevel: "warn",
  define: { "process.env.NODE_ENV": JSON.stringify("production") },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2022",
    copyPublicDir: false,
    lib: { entry: "src/main.tsx", formats: ["es"], fileName: () => "frame.js" },
    rolldownOptions: { output: { codeSplitting: false, minify: true } },
  },
});
