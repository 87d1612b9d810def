import type { SignIn } from "../config";
import type { Traits } from "../session/cohortWords";

/** A simulated viewer of a local twin. */
export interface Persona {
  id: string;
  name: string;
  /** What an operator may do; a viewer has traits instead. */
  about?: string;
  traits?: Traits;
}

/** Returns a valid ID token for a new connection. */
export type TokenSource = () => Promise<string>;

/** Return the personas of the local sign-in. */
export async function personas(signIn: Extract<SignIn, { kind: "personas" }>): Promise<Persona[]> {
  const response = await fetch(signIn.url);
  if (!response.ok) throw new Error(`${signIn.url}: expected the personas, got ${response.status}`);
  return (await response.json()) as Persona[];
}

/** Return the token source of a persona. */
export function personaTokens(signIn: Extract<SignIn, { kind: "personas" }>, id: string): TokenSource {
  return async () => {
    const response = await fetch(`${signIn.url}/${encodeURIComponent(id)}/token`, { method: "POST" });
    if (!response.ok) throw new Error(`${signIn.url}: expected a token for ${id}, got ${response.status}`);
    return ((await response.json()) as { token: string }).token;
  };
}
