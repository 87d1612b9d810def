import type { SignIn } from "../config";

/** Somebody to watch as, on a machine of one's own. */
export interface Persona {
  id: string;
  name: string;
  about: string;
}

/** Gives a valid ID token whenever a connection needs one. */
export type TokenSource = () => Promise<string>;

/** Those whom the development sign-in knows. */
export async function personas(signIn: Extract<SignIn, { kind: "personas" }>): Promise<Persona[]> {
  const response = await fetch(signIn.url);
  if (!response.ok) throw new Error(`${signIn.url}: expected the personas, got ${response.status}`);
  return (await response.json()) as Persona[];
}

/** Tokens of a persona. */
export function personaTokens(signIn: Extract<SignIn, { kind: "personas" }>, id: string): TokenSource {
  return async () => {
    const response = await fetch(`${signIn.url}/${encodeURIComponent(id)}/token`, { method: "POST" });
    if (!response.ok) throw new Error(`${signIn.url}: expected a token for ${id}, got ${response.status}`);
    return ((await response.json()) as { token: string }).token;
  };
}
