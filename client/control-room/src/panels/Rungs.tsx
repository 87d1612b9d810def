import type { NightDispatch } from "@touchline/sdk";
import type { ReactNode } from "react";
import { RUNGS, totals } from "../night/figures";
import { Panel } from "./Panel";

/** The share of screens by rung. */
export function Rungs({ dispatches }: { dispatches: NightDispatch[] }): ReactNode {
  const sums = totals(dispatches, ({ rungs }) => rungs as Record<string, number>);
  const all = Object.values(sums).reduce((sum, value) => sum + value, 0);
  return (
    <Panel name="rungs" title="Screens by rung" note={`${all} sent`}>
      <svg
        viewBox="0 0 100 6"
        preserveAspectRatio="none"
        role="img"
        aria-label="Shares of the rungs; the list has them in figures"
      >
        {
          RUNGS.reduce<{ bars: ReactNode[]; from: number }>(
            ({ bars, from }, rung) => {
              const width = all ? ((sums[rung] ?? 0) / all) * 100 : 0;
              return {
                bars: [...bars, <rect key={rung} x={from} width={width} height="6" className={rung} />],
                from: from + width,
              };
            },
            { bars: [], from: 0 },
          ).bars
        }
      </svg>
      <dl className="list">
        {RUNGS.map((rung) => (
          <div key={rung}>
            <dt>
              <span className={`rung ${rung}`}>{rung}</span>
            </dt>
            <dd>{sums[rung] ?? 0}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
