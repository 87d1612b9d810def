import type { Slot } from "@touchline/sdk";
import { type ReactNode, useEffect, useRef } from "react";
import { type Layout, REGIONS } from "./layout";

interface Props {
  layout: Layout;
  change: (change: Partial<Layout>) => void;
}

const SLOTS = Object.keys(REGIONS) as Slot[];

/** The menu in which the viewer hides and places regions. */
export function LayoutMenu({ layout, change }: Props): ReactNode {
  const menu = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const closes = (event: KeyboardEvent): void => {
      if (event.key !== "Escape" || !menu.current?.open) return;
      menu.current.open = false;
      menu.current.querySelector("summary")?.focus();
    };
    addEventListener("keydown", closes);
    return () => removeEventListener("keydown", closes);
  }, []);
  const toggle = (slot: Slot): void => {
    const hidden = layout.hidden.includes(slot)
      ? layout.hidden.filter((each) => each !== slot)
      : [...layout.hidden, slot];
    change({ hidden });
  };
  return (
    <details className="menu" ref={menu}>
      <summary>Layout</summary>
      <div className="menu-body">
        <fieldset>
          <legend>Show</legend>
          {SLOTS.map((slot) => (
            <label key={slot}>
              <input type="checkbox" checked={!layout.hidden.includes(slot)} onChange={() => toggle(slot)} />
              {REGIONS[slot]}
            </label>
          ))}
        </fieldset>
        <Side name="side" legend="Panel stands" value={layout.side} onChange={(side) => change({ side })} />
        <Side
          name="overlay"
          legend="Card over the picture"
          value={layout.overlay}
          onChange={(overlay) => change({ overlay })}
        />
      </div>
    </details>
  );
}

interface SideProps {
  name: string;
  legend: string;
  value: "left" | "right";
  onChange: (value: "left" | "right") => void;
}

function Side({ name, legend, value, onChange }: SideProps): ReactNode {
  return (
    <fieldset>
      <legend>{legend}</legend>
      {(["left", "right"] as const).map((side) => (
        <label key={side}>
          <input type="radio" name={name} checked={value === side} onChange={() => onChange(side)} />
          {side}
        </label>
      ))}
    </fieldset>
  );
}
