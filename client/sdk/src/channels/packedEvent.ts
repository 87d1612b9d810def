import { isObject } from "../frames";

/** Return the compressed message of a packed event, in base64; null for an event that is the message itself. */
export function packedMessage(event: string): string | null {
  try {
    const value: unknown = JSON.parse(event);
    return isObject(value) && typeof value.deflate === "string" ? value.deflate : null;
  } catch {
    return null;
  }
}

/** Return the text of a compressed message; rejects what is none. */
export async function unpack(packed: string): Promise<string> {
  const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
  const inflated = new Response(bytes).body?.pipeThrough(new DecompressionStream("deflate"));
  return new Response(inflated).text();
}
