import { type Build, urlOfBuild } from "../verified";

/**
 * Fetch a bundle as text, after the browser has verified its hash; it does not run here.
 *
 * The shell fetches it, not the frame, because a frame without any network cannot send anything out either.
 */
export async function fetchBundle(url: string, build: Build): Promise<string> {
  const response = await fetch(urlOfBuild(url, build), {
    integrity: build.integrity,
    mode: "cors",
    credentials: "omit",
    referrerPolicy: "no-referrer",
  });
  if (!response.ok) throw new Error(`${url}: expected status 200, got ${response.status}`);
  return response.text();
}
