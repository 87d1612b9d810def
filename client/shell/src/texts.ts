import type { Language } from "@touchline/kit";
import { CLAUSES, type Clause } from "./regions/clauses";
import { EN } from "./words";

/** The texts of the shell in a language. */
export interface Texts {
  words: typeof EN;
  /** What follows "Because" for each type of moment. */
  clauses: Record<string, Clause>;
  /** The catalogue's texts, by those of the catalogue; it is in English. */
  catalogue: Record<string, string>;
  /** The rules of the catalogue, by their ids, which are English. */
  rules: Record<string, string>;
}

let loaded: Texts | null = null;

/** Return the texts of the language that is loaded; English is part of the first bundle. */
export function texts(): Texts {
  return loaded ?? { words: EN, clauses: CLAUSES, catalogue: {}, rules: {} };
}

/** Load the texts of a language. */
export async function loadTexts(language: Language): Promise<void> {
  loaded = language === "it" ? (await import("./italian")).ITALIAN : null;
}
