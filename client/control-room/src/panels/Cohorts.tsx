import type { NightDispatch } from "@touchline/sdk";
import type { ReactNode } from "react";
import type { Draft } from "../commands/draft";
import { cohorts } from "../night/figures";
import type { Night } from "../night/night";
import { Panel } from "./Panel";
import { ScrollableTable } from "./ScrollableTable";

const SLOTS = ["overlay", "side_panel", "lower_third", "ticker"] as const;

/** What each cohort sees of the newest version: rung, placements, and refused components with the constraint. */
export function Cohorts({
  night,
  dispatches,
  onDraft,
}: {
  night: Night;
  dispatches: NightDispatch[];
  onDraft: (draft: Draft) => void;
}): ReactNode {
  const groups = cohorts(dispatches);
  const viewers = groups.reduce((sum, group) => sum + group.viewers, 0);
  const version = Math.max(0, ...dispatches.map((dispatch) => dispatch.version));
  const frozen = new Set(night.context?.frozen ?? []);
  return (
    <Panel
      name="cohorts"
      title="What each cohort sees, and why"
      note={`version ${version} · ${viewers} viewers · ${groups.length} groups`}
    >
      <ScrollableTable
        label="Table of cohorts"
        head={
          <>
            <th scope="col">Cohort</th>
            <th scope="col" className="figures">
              Viewers
            </th>
            <th scope="col">Rung</th>
            {SLOTS.map((slot) => (
              <th scope="col" key={slot}>
                {slot.replace("_", " ")}
              </th>
            ))}
            <th scope="col">Refused, and by what</th>
          </>
        }
      >
        {groups.map((group, index) => (
          <tr key={index}>
            <th scope="row">{group.cohort.split("|").join(" · ")}</th>
            <td className="figures">{group.viewers}</td>
            <td>
              <span className={`rung ${group.rung}`}>{group.rung}</span>
            </td>
            {SLOTS.map((slot) => {
              const id = group.placements[slot];
              return (
                <td key={slot}>
                  {id && !frozen.has(id) ? (
                    <button
                      type="button"
                      className="plain"
                      aria-label={`Freeze ${id}`}
                      onClick={() =>
                        onDraft({
                          title: `Freeze ${id}`,
                          effect:
                            "It disappears from every screen at once, and is not chosen until it is thawed.",
                          command: { command: "freeze", componentId: id },
                        })
                      }
                    >
                      {id}
                    </button>
                  ) : (
                    (id ?? "·")
                  )}
                </td>
              );
            })}
            <td className="why">
              {Object.entries(group.refused)
                .map(([id, rule]) => `${id}: ${rule}`)
                .join(", ")}
            </td>
          </tr>
        ))}
      </ScrollableTable>
    </Panel>
  );
}
