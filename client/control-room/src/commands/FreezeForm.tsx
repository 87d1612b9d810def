import { type ReactNode, useState } from "react";
import type { Night } from "../night/night";
import { titleOf } from "../words";
import { type Draft, freeze } from "./draft";

/** The form that freezes a component and thaws frozen ones. */
export function FreezeForm({ night, onDraft }: { night: Night; onDraft: (draft: Draft) => void }): ReactNode {
  const [chosen, setChosen] = useState("");
  const frozen = night.context?.frozen ?? [];
  const repeated = repeatedTitles(night);
  return (
    <>
      <label>
        Component
        <select value={chosen} onChange={(event) => setChosen(event.target.value)}>
          <option value="">Choose one</option>
          {night.components
            .filter(({ id }) => !frozen.includes(id))
            .map(({ id, title }) => (
              <option key={id} value={id}>
                {repeated.has(title) ? `${title} (${id})` : title}
              </option>
            ))}
        </select>
      </label>
      <button
        type="button"
        disabled={!chosen}
        onClick={() => {
          onDraft(freeze(chosen, titleOf(night, chosen)));
          setChosen("");
        }}
      >
        Freeze
      </button>
      <ul className="chips" aria-label="Frozen components">
        {frozen.map((id) => (
          <li key={id}>
            <button
              type="button"
              onClick={() =>
                onDraft({
                  title: `Thaw ${titleOf(night, id)}`,
                  effect: "It may be chosen again from now on.",
                  command: { command: "thaw", componentId: id },
                })
              }
            >
              ❄ {titleOf(night, id)} · thaw
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Return the titles that several components have, such as the shirts of both teams. */
function repeatedTitles({ components }: Night): Set<string> {
  const titles = components.map(({ title }) => title);
  return new Set(titles.filter((title, index) => titles.indexOf(title) !== index));
}
