import type { ReactNode } from "react";
import type { Match } from "../config";
import { say } from "../words";
import { STATISTICS, type Statistics } from "./statistics";

/** The statistics at the viewer's picture; those that are zero for both teams are left out. */
export function StatisticsTable({ match, now }: { match: Match; now: Statistics | null }): ReactNode {
  const { home, away } = match;
  const rows = STATISTICS.flatMap((name) => {
    const [ofHome, ofAway] = now?.[name] ?? [0, 0];
    return ofHome + ofAway > 0 ? [{ name, ofHome, ofAway }] : [];
  });
  if (rows.length === 0) return null;
  return (
    <section className="statistics" aria-labelledby="statistics">
      <h2 id="statistics">{say().statisticsTitle}</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">{home.name}</th>
            <td />
            <th scope="col">{away.name}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, ofHome, ofAway }) => (
            <tr key={name} data-statistic={name}>
              <td>{ofHome}</td>
              <th scope="row">
                {say().statistics[name]}
                <span className="shares" aria-hidden="true">
                  <i style={{ flexGrow: ofHome, background: home.colour }} />
                  <i style={{ flexGrow: ofAway, background: away.colour }} />
                </span>
              </th>
              <td>{ofAway}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
