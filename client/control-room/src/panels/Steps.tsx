import type { NightDispatch } from "@touchline/sdk";
import type { ReactNode } from "react";
import { BUDGET_MS, quantile, STEPS } from "../night/figures";
import { count } from "../words";
import { Panel } from "./Panel";

const LATEST = 60;

/** The latency of each step over the latest dispatches; what is above its budget is in colour. */
export function Steps({ dispatches }: { dispatches: NightDispatch[] }): ReactNode {
  const latest = dispatches.slice(-LATEST);
  const rows = STEPS.map((step) => {
    const values = latest.flatMap(({ steps }) => steps[step] ?? []);
    return { step, p50: quantile(values, 0.5), p95: quantile(values, 0.95), most: quantile(values, 1) };
  });
  const longest = Math.max(1, ...rows.map(({ p95 }) => p95 ?? 0));
  return (
    <Panel name="steps" title="Latency by step" note={`ms, ${count(latest.length, "latest task")}`}>
      <table>
        <thead>
          <tr>
            <th scope="col">Step</th>
            <th scope="col">p95</th>
            <th scope="col" className="figures">
              p50
            </th>
            <th scope="col" className="figures">
              p95
            </th>
            <th scope="col" className="figures">
              max
            </th>
            <th scope="col" className="figures">
              budget
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ step, p50, p95, most }) => (
            <tr key={step}>
              <th scope="row">{step}</th>
              <td>
                <meter min={0} max={longest} value={p95 ?? 0} aria-label={`p95 of ${step}`} />
              </td>
              {[p50, p95, most].map((value, index) => (
                <td key={index} className={isOver(step, value) ? "figures over" : "figures"}>
                  {value === null ? "·" : Math.round(value)}
                </td>
              ))}
              <td className="figures why">{BUDGET_MS[step] ?? "none"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function isOver(step: (typeof STEPS)[number], value: number | null): boolean {
  return value !== null && value > (BUDGET_MS[step] ?? Infinity);
}
