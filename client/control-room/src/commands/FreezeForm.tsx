import { type ReactNode, useState } from "react";
import type { Night } from "../night/night";
import type { Draft } from "./draft";

/** The form that freezes a component and thaws frozen ones. */
export function FreezeForm({ night, onDraft }: { night: Night; onDraft: (draft: Draft) => void }): ReactNode {
  const [chosen, setChosen] = useState("");
  const frozen = night.context?.frozen ?? [];
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
                {title} ({id})
              </option>
            ))}
        </select>
      </label>
      <button
        type="button"
        disabled={!chosen}
        onClick={() => {
          onDraft({
            title: `Freeze ${chosen}`,
            effect: "It disappears from every screen at once, and is not chosen until it is thawed.",
            command: { command: "freeze", componentId: chosen },
          });
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
                  title: `Thaw ${id}`,
                  effect: "It may be chosen again from now on.",
                  command: { command: "thaw", componentId: id },
                })
              }
            >
              ❄ {id} · thaw
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
