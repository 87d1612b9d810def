import type { ReactNode } from "react";
import type { Health } from "../night/health";
import type { Night } from "../night/night";
import { count } from "../words";

const LEVELS: Record<Health["level"], string> = {
  healthy: "Healthy",
  degraded: "Degraded",
  unknown: "Not known",
};

/** One line over the page: the state of the match's delivery and why, and what operators keep off the screens. */
export function Verdict({ health, night }: { health: Health; night: Night }): ReactNode {
  const { level, reasons } = health;
  const said = reasons.length
    ? reasons.join(" · ")
    : "versions reach the screens, and no queue has dead letters";
  const frozen = night.context?.frozen.length ?? 0;
  return (
    <section className={`verdict ${level}`} aria-label="Verdict">
      <p role="status">
        <strong>{LEVELS[level]}</strong> <span>{said}</span>
      </p>
      <ul>
        {night.controls?.heldTypes && <li>moments are on hold</li>}
        {frozen > 0 && <li>{count(frozen, "component")} frozen</li>}
      </ul>
    </section>
  );
}
