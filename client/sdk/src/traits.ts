const TEXT = new TextDecoder();
/** The claims that assign a viewer to an audience, consents among them, begin with this. */
const TRAITS = "custom:";

/** Return the traits of an ID token as one text, to compare two tokens of a viewer; they are not verified. */
export function traitsOf(token: string): string {
  try {
    const payload = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const claims: unknown = JSON.parse(
      TEXT.decode(Uint8Array.from(atob(payload), (each) => each.charCodeAt(0))),
    );
    const traits = Object.entries(claims ?? {}).filter(([name]) => name.startsWith(TRAITS));
    return JSON.stringify(traits.sort(([one], [other]) => (one < other ? -1 : 1)));
  } catch {
    return ""; // Not a token that an app can read: it has the same traits as any other such token.
  }
}
