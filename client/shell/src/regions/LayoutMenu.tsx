import type { Slot } from "@touchline/sdk";
import type { ReactNode } from "react";
import { Menu } from "../Menu";
import { say } from "../words";
import { type Layout, SLOTS } from "./layout";

interface Props {
  layout: Layout;
  change: (change: Partial<Layout>) => void;
}

/** The menu in which the viewer hides and places regions. */
export function LayoutMenu({ layout, change }: Props): ReactNode {
  const toggle = (slot: Slot): void => {
    const hidden = layout.hidden.includes(slot)
      ? layout.hidden.filter((each) => each !== slot)
      : [...layout.hidden, slot];
    change({ hidden });
  };
  return (
    <Menu label={say().layout}>
      <fieldset>
        <legend>{say().show}</legend>
        {SLOTS.map((slot) => (
          <label key={slot}>
            <input type="checkbox" checked={!layout.hidden.includes(slot)} onChange={() => toggle(slot)} />
            {say().regions[slot]}
          </label>
        ))}
      </fieldset>
      <Side
        name="side"
        legend={say().panelStands}
        value={layout.side}
        onChange={(side) => change({ side })}
      />
      <Side
        name="overlay"
        legend={say().cardOverPicture}
        value={layout.overlay}
        onChange={(overlay) => change({ overlay })}
      />
    </Menu>
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
          {say().sides[side]}
        </label>
      ))}
    </fieldset>
  );
}
