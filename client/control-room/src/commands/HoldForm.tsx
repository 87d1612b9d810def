import { type ReactNode, useState } from "react";
import { wordsOf } from "../words";
import type { Draft } from "./draft";

const COMMON_TYPES = ["GOAL", "OWN_GOAL", "PENALTY_AWARDED", "RED_CARD", "VAR_CHECK", "INJURY"];

/** The form that holds moments of the selected types, or of all types if none is selected. */
export function HoldForm({ onDraft }: { onDraft: (draft: Draft) => void }): ReactNode {
  const [types, setTypes] = useState<string[]>([]);
  const toggle = (type: string): void =>
    setTypes((known) => (known.includes(type) ? known.filter((each) => each !== type) : [...known, type]));
  const what = types.length ? types.map(wordsOf).join(", ") : "every moment";
  return (
    <>
      <fieldset className="chips" aria-label="Types to hold; none is all">
        {COMMON_TYPES.map((type) => (
          <button key={type} type="button" aria-pressed={types.includes(type)} onClick={() => toggle(type)}>
            {wordsOf(type)}
          </button>
        ))}
      </fieldset>
      <button
        type="button"
        className="primary"
        onClick={() =>
          onDraft({
            title: `Hold ${what}`,
            effect: "From now on they wait here, with all that comes after them. Viewers see nothing of it.",
            command: { command: "hold", types },
          })
        }
      >
        Hold {what}
      </button>
    </>
  );
}
