import { LANGUAGES, type Language, language } from "@touchline/kit";
import type { ReactNode } from "react";
import { say } from "./words";

/** The languages of the app, of which the viewer chooses one. */
export function LanguageSwitch({ choose }: { choose: (language: Language) => void }): ReactNode {
  return (
    <fieldset className="languages" aria-label={say().language}>
      {(Object.keys(LANGUAGES) as Language[]).map((each) => (
        <button
          key={each}
          type="button"
          lang={each}
          aria-pressed={language() === each}
          onClick={() => choose(each)}
        >
          {LANGUAGES[each]}
        </button>
      ))}
    </fieldset>
  );
}
