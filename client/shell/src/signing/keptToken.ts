import { claimsOf } from "./claims";
import type { TokenSource } from "./signIn";

const KEY = "touchline.id-token";
/** A token that expires sooner is used for nothing new. */
const MARGIN_MS = 60_000;

interface Kept {
  token: string;
  name: string;
}

/** Return a source that keeps its newest ID token for a reload of this tab. */
export function keeping(tokens: TokenSource, name: string): TokenSource {
  return async () => {
    const token = await tokens();
    try {
      sessionStorage.setItem(KEY, JSON.stringify({ token, name } satisfies Kept));
    } catch {
      // Private windows of some browsers have no storage.
    }
    return token;
  };
}

/**
 * Return who was signed in before a reload, with the source of the kept ID token; null if none is valid.
 *
 * The refresh token is not kept, so the source calls `ended` once the token has expired.
 */
export function keptSignIn(ended: () => void): { tokens: TokenSource; name: string } | null {
  const kept = read();
  if (!kept || isExpired(kept.token)) return null;
  const tokens: TokenSource = async () => {
    if (!isExpired(kept.token)) return kept.token;
    ended();
    throw new Error("expected a valid ID token, but the one from before the reload has expired");
  };
  return { tokens, name: kept.name };
}

export function forgetToken(): void {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // Nothing is kept then.
  }
}

function read(): Kept | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "null") as Kept | null;
  } catch {
    return null;
  }
}

function isExpired(token: string): boolean {
  const expiresAt = Number(claimsOf(token).exp) * 1_000;
  return !(expiresAt - MARGIN_MS > Date.now());
}
