import { DOES_NOT_FIT } from "@touchline/kit";
import type { NightDispatch } from "@touchline/sdk";
import type { ReactNode } from "react";
import type { Draft } from "../commands/draft";
import { cohorts, type Overview, overview } from "../night/figures";
import type { Night } from "../night/night";
import { count, ruleWords, titleOf } from "../words";
import { FreezeButton } from "./FreezeButton";
import { Panel } from "./Panel";
import { ScrollableTable } from "./ScrollableTable";

const SLOTS = ["overlay", "side_panel", "lower_third", "ticker"] as const;

interface Props {
  night: Night;
  onDraft: (draft: Draft) => void;
}

/** What the viewers of the newest version see and why: all of them first, then each cohort. */
export function Cohorts({ night, dispatches, onDraft }: Props & { dispatches: NightDispatch[] }): ReactNode {
  const groups = cohorts(dispatches);
  const all = overview(groups, SLOTS);
  const version = Math.max(0, ...dispatches.map((dispatch) => dispatch.version));
  return (
    <Panel
      name="cohorts"
      title="What viewers see, and why"
      note={[`version ${version}`, count(all.viewers, "viewer"), count(all.cohorts, "cohort")].join(" · ")}
    >
      <Summary all={all} night={night} onDraft={onDraft} />
      <details>
        <summary>Each cohort</summary>
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
              {SLOTS.map((slot) => (
                <td key={slot}>{group.placements[slot] ? titleOf(night, group.placements[slot]) : "·"}</td>
              ))}
              <td className="why">
                {Object.entries(group.refused)
                  .filter(([, rule]) => rule !== DOES_NOT_FIT)
                  .map(([id, rule]) => `${titleOf(night, id)}: ${ruleWords(rule)}`)
                  .join(" · ")}
              </td>
            </tr>
          ))}
        </ScrollableTable>
      </details>
    </Panel>
  );
}

/** The components of each slot with the share of the viewers who see them, and what a constraint refused. */
function Summary({ all, night, onDraft }: Props & { all: Overview }): ReactNode {
  const share = (viewers: number): string => `${Math.round((100 * viewers) / Math.max(1, all.viewers))} %`;
  return (
    <dl className="summary">
      {all.slots.map(({ slot, components }) => (
        <div key={slot}>
          <dt>{slot.replace("_", " ")}</dt>
          {components.length === 0 && <dd>nothing</dd>}
          {components.map(({ id, viewers }) => (
            <dd key={id}>
              <FreezeButton id={id} night={night} onDraft={onDraft} />
              <span className="figures">{share(viewers)}</span>
            </dd>
          ))}
        </div>
      ))}
      {all.refused.length > 0 && (
        <div className="refusals">
          <dt>refused</dt>
          {all.refused.map(({ rule, ids, viewers }) => (
            <dd key={rule}>
              <span>
                <strong>{ruleWords(rule)}</strong>:{" "}
                {rule === DOES_NOT_FIT
                  ? count(ids.length, "component")
                  : ids.map((id) => titleOf(night, id)).join(", ")}
              </span>
              <span className="figures">{share(viewers)}</span>
            </dd>
          ))}
        </div>
      )}
    </dl>
  );
}
