import { exactClock } from "@touchline/kit";
import { type ReactNode, useState } from "react";
import type { Night } from "../night/night";
import { timeOf, titleOf, wordsOf } from "../words";
import { Panel } from "./Panel";
import { ScrollableTable } from "./ScrollableTable";

/** The server sends this many lines at once. */
const PAGE = 100;

interface Props {
  night: Night;
  /** Read the lines up to an instant; resolves with false if there were no others. */
  readOlder: (until: string) => Promise<boolean>;
}

/** The audit log, newest first; a command is shown as asked until its outcome is known. */
export function Audit({ night, readOlder }: Props): ReactNode {
  const [complete, setComplete] = useState(false);
  const received = Object.values(night.audit);
  const oldest = received.map((line) => line.at).sort()[0];
  const lines = Object.entries(night.audit)
    .filter(([key]) => !key.endsWith("#asked") || !(key.replace(/asked$/, "became") in night.audit))
    .map(([, line]) => line)
    .sort((a, b) => b.at.localeCompare(a.at));
  return (
    <Panel name="audit" title="Audit log" note="kept as it was written">
      {lines.length === 0 && <p className="why">No command has been given in this match.</p>}
      <ScrollableTable
        label="Table of the audit log"
        head={
          <>
            <th scope="col">When</th>
            <th scope="col">Who</th>
            <th scope="col">What</th>
            <th scope="col">Why</th>
            <th scope="col">Outcome</th>
          </>
        }
      >
        {lines.map((line) => {
          const { command, ...rest } = line.what as { command: string } & Record<string, unknown>;
          return (
            <tr key={`${line.operatorId}${line.requestId}${line.outcome}`} data-outcome={line.outcome}>
              <td>
                <time dateTime={line.at}>{timeOf(line.at)}</time>
              </td>
              <th scope="row">{line.operator}</th>
              <td>
                <strong>{wordsOf(command)}</strong> {said(rest, night)}
              </td>
              <td>{line.why}</td>
              <td className={line.outcome}>
                {line.outcome}
                {line.detail ? `: ${line.detail}` : ""}
              </td>
            </tr>
          );
        })}
      </ScrollableTable>
      {oldest && received.length >= PAGE && !complete && (
        <button type="button" onClick={async () => setComplete(!(await readOlder(oldest)))}>
          Older lines
        </button>
      )}
    </Panel>
  );
}

/** Return the values of a command's fields in one line; components and moments by their names. */
function said(value: unknown, night: Night): string {
  if (Array.isArray(value)) return value.map((each) => said(each, night)).join(", ");
  if (value !== null && typeof value === "object")
    return Object.values(value)
      .map((each) => said(each, night))
      .filter(Boolean)
      .join(" ");
  if (typeof value !== "string") return value === null || value === undefined ? "" : String(value);
  const moment = night.moments[value];
  return moment ? `${wordsOf(moment.type)} ${exactClock(moment)}` : titleOf(night, value);
}
