import runtimeUrl from "../../../../frame/dist/frame.js?url";

let runtime: Promise<string> | null = null;

/**
 * Return the code that runs a component in a frame. The page fetches it once for all frames, and caches it: for a frame
 * of an opaque origin a browser caches nothing.
 */
export function frameRuntime(): Promise<string> {
  runtime ??= fetchRuntime().catch((error: unknown) => {
    runtime = null;
    throw error;
  });
  return runtime;
}

async function fetchRuntime(): Promise<string> {
  const response = await fetch(runtimeUrl);
  if (!response.ok) throw new Error(`${runtimeUrl}: expected status 200, got ${response.status}`);
  return response.text();
}
