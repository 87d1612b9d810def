import type { ReactNode } from "react";
import type { Night } from "../night/night";
import { timeOf } from "../words";
import { Panel } from "./Panel";
import { ScrollableTable } from "./ScrollableTable";

/** The audit log, newest first; a command is shown as asked until its outcome is known. */
export function Audit({ night }: { night: Night }): ReactNode {
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
                <strong>{command}</strong> {said(rest)}
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
    </Panel>
  );
}

/** Return the values of a command's fields in one line. */
function said(value: unknown): string {
  if (Array.isArray(value)) return value.map(said).join(", ");
  if (value !== null && typeof value === "object")
    return Object.values(value).map(said).filter(Boolean).join(" ");
  return value === null || value === undefined ? "" : String(value);
}
