// The Vite build of a micro-frontend: one ES module that is a Module Federation container.
import { basename } from "node:path";

const SHARED = ["react", "react/jsx-runtime"];

/**
 * Return a Vite configuration that builds `src/index.tsx` into `dist/remotes/<folder>/remoteEntry.js`.
 *
 * The file exports `init(shareScope)` and `get(module)`, as every federation container does. It loads no other file, so
 * one hash covers all of its code. React comes from the host's share scope.
 */
export function remote({ root, module, react = "^19.0.0" }) {
  return {
    root,
    logLevel: "warn",
    define: { "process.env.NODE_ENV": JSON.stringify("production") },
    plugins: [container({ module, react })],
    build: {
      outDir: new URL(`../dist/remotes/${basename(root)}`, import.meta.url).pathname,
      emptyOutDir: true,
      target: "es2022",
      copyPublicDir: false,
      lib: { entry: "src/index.tsx", formats: ["cjs"], fileName: () => "remoteEntry.js" },
      rolldownOptions: { external: SHARED, output: { codeSplitting: false, exports: "named" } },
    },
  };
}

function container({ module, react }) {
  return {
    name: "touchline-container",
    generateBundle(_options, bundle) {
      const files = Object.keys(bundle);
      if (files.length !== 1) this.error(`expected one file, got ${files.join(", ")}`);
      const [chunk] = Object.values(bundle);
      chunk.code = wrapped(chunk.code, module, react);
    },
  };
}

function wrapped(code, module, react) {
  return `let scope;
const shared = ${JSON.stringify(SHARED)};
const major = (version) => Number(version.split(".")[0]);
const wanted = major(${JSON.stringify(react)}.replace(/^\\D+/, ""));
async function provide(name) {
  const offered = scope?.[name] ?? {};
  const version = Object.keys(offered).find((each) => major(each) === wanted);
  if (!version) throw new Error(\`shared \${name}: expected ${react}, got \${Object.keys(offered).join(", ") || "none"}\`);
  return (await offered[version].get())();
}
export function init(shareScope) {
  scope = shareScope;
}
export async function get(name) {
  if (name !== ${JSON.stringify(module)}) throw new Error(\`expected module ${module}, got \${name}\`);
  const provided = new Map(await Promise.all(shared.map(async (each) => [each, await provide(each)])));
  const module = { exports: {} };
  (function (module, exports, require) {
${code}
  })(module, module.exports, (each) => provided.get(each));
  return () => module.exports;
}
`;
}
