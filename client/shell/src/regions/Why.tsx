import { translator } from "@touchline/kit";
import type { Components, Placement } from "@touchline/sdk";
import type { ReactNode } from "react";
import { whyOf } from "./why";

const t = translator({
  Moment: "Momento",
  "Chosen by": "Scelto da",
  "Rule that kept another out": "Regola che ha escluso altro",
  "Rules that kept others out": "Regole che hanno escluso altro",
  "Less of this": "Meno contenuti così",
  "As often as before": "Come prima",
});

interface Props {
  placement: Placement;
  message: Components;
  /** The viewer's cohort in words. */
  cohort: string;
  /** True if the viewer wants less of this type. */
  isUnwanted: boolean;
  /** Close the component, and prefer other types in this slot. */
  lessOfThis: () => void;
  /** Prefer other types no longer. */
  asBefore: () => void;
}

/** One line that says why a component is here; opened, the moment, who chose it and what a rule kept out. */
export function Why({ placement, message, cohort, isUnwanted, lessOfThis, asBefore }: Props): ReactNode {
  const why = whyOf(placement, message, cohort);
  return (
    <details className="why" name="why" data-latency-ms={latencyOf(message)}>
      <summary>
        <span>{why.headline}</span>
      </summary>
      <div className="why-body">
        <dl>
          {why.moment && (
            <div data-fact="moment">
              <dt>{t("Moment")}</dt>
              <dd>{why.moment}</dd>
            </div>
          )}
          <div data-fact="choice">
            <dt>{t("Chosen by")}</dt>
            <dd>{why.choice}</dd>
          </div>
          {why.rules.length > 0 && (
            <div data-fact="rules">
              <dt>
                {t(why.rules.length === 1 ? "Rule that kept another out" : "Rules that kept others out")}
              </dt>
              <dd>{why.rules.join("; ")}</dd>
            </div>
          )}
        </dl>
        <button type="button" className="less" onClick={isUnwanted ? asBefore : lessOfThis}>
          {t(isUnwanted ? "As often as before" : "Less of this")}
        </button>
      </div>
    </details>
  );
}

/** Return the milliseconds from the signal to the post of a message; undefined if the message does not say. */
function latencyOf({ trace }: Components): number | undefined {
  const { signalReceivedAt, postedAt } = trace;
  return signalReceivedAt && postedAt ? postedAt - signalReceivedAt : undefined;
}
