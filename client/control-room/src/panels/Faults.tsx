import type { NightDispatch } from "@touchline/sdk";
import type { ReactNode } from "react";
import { totals } from "../night/figures";
import { FAULTS, isTooHigh } from "../night/health";
import type { Night } from "../night/night";
import { count } from "../words";
import { Panel } from "./Panel";

/** The counts of faults and of dead letters; those that an alarm is raised for are in colour. */
export function Faults({ night, dispatches }: { night: Night; dispatches: NightDispatch[] }): ReactNode {
  const sums = totals(dispatches, ({ counts }) => counts);
  const waiting = Object.entries(night.deadLetters?.counts ?? {});
  const row = (name: string, value: number, isAlarm: boolean): ReactNode => (
    <div key={name} className={isAlarm ? "alarm" : ""}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
  const dead = waiting.reduce((sum, [, records]) => sum + records, 0);
  return (
    <Panel name="faults" title="Faults" note={dead ? count(dead, "dead letter") : "no dead letters"}>
      <dl className="list">
        {FAULTS.map((fault) => {
          const sum = sums[fault.metric] ?? 0;
          return row(fault.words, sum, isTooHigh(fault, sum));
        })}
      </dl>
      <h3>Dead letters</h3>
      <dl className="list">
        {waiting.map(([name, records]) => row(name.replaceAll("-", " "), records, records > 0))}
      </dl>
    </Panel>
  );
}
