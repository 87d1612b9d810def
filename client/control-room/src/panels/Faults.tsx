import type { NightDispatch } from "@touchline/sdk";
import type { ReactNode } from "react";
import { FAULTS, totals } from "../night/figures";
import type { Night } from "../night/night";
import { Panel } from "./Panel";

/** The counts of faults and of dead letters. */
export function Faults({ night, dispatches }: { night: Night; dispatches: NightDispatch[] }): ReactNode {
  const sums = totals(dispatches, ({ counts }) => counts);
  const waiting = Object.entries(night.deadLetters?.counts ?? {});
  const row = (name: string, value: number): ReactNode => (
    <div key={name} className={value ? "alarm" : ""}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
  const dead = waiting.reduce((sum, [, count]) => sum + count, 0);
  return (
    <Panel name="faults" title="Faults" note={dead ? `${dead} dead letters` : "no dead letters"}>
      <dl className="list">{Object.entries(FAULTS).map(([name, words]) => row(words, sums[name] ?? 0))}</dl>
      <h3>Dead letters</h3>
      <dl className="list">{waiting.map(([name, count]) => row(name.replaceAll("-", " "), count))}</dl>
    </Panel>
  );
}
