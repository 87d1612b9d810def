/** The languages of the app. */
export const LANGUAGES = { en: "English", it: "Italiano" } as const;
export type Language = keyof typeof LANGUAGES;

/** Return the language of the page, which is also that of a partner's frame. */
export function language(): Language {
  return globalThis.document?.documentElement.lang.startsWith("it") ? "it" : "en";
}

/** Return the locale of dates and prices: the browser's own, unless the viewer chose another language than its. */
export function locale(): string | undefined {
  return navigator.language.startsWith(language()) ? undefined : language();
}

/**
 * Return a function that gives a text in the page's language.
 *
 * Texts are written in English where they are used, and `{name}` stands for a value. A text without a translation does
 * not compile.
 */
export function translator<Text extends string>(
  italian: Record<Text, string>,
): (text: Text, values?: Record<string, string | number>) => string {
  return (text, values = {}) => {
    const wanted = language() === "it" ? italian[text] : text;
    return wanted.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
  };
}
