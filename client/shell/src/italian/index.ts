import type { Texts } from "../texts";
import { CATALOGUE } from "./catalogue";
import { CLAUSES } from "./clauses";
import { RULES } from "./rules";
import { WORDS } from "./words";

/** The Italian texts of the shell. */
export const ITALIAN: Texts = { words: WORDS, clauses: CLAUSES, catalogue: CATALOGUE, rules: RULES };
