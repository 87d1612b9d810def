import { type RemoteProps, translator, useShared } from "@touchline/kit";
import type { ReactNode } from "react";
import { occasionOf, optionsOf } from "./options";
import styles from "./styles.css?inline";

export { styles };

const t = translator({
  "One vote each.": "Un voto a testa.",
  "You chose {mine}. One vote in this browser.": "Hai scelto {mine}. Un voto in questo browser.",
  "You chose {mine}. {total} votes in this browser.": "Hai scelto {mine}. {total} voti in questo browser.",
});

/** A poll with one vote per viewer; the bars count the votes in this browser. */
export default function LivePoll({
  placement,
  message,
  past,
  programme,
  viewer,
  interact,
}: RemoteProps): ReactNode {
  const options = optionsOf(placement, past, programme);
  const [votes, setVotes] = useShared<Record<string, string>>(`poll.${occasionOf(placement, message)}`, {});
  const mine = votes[viewer];
  const total = Object.keys(votes).length;
  const vote = (option: string): void => {
    setVotes((known) => ({ ...known, [viewer]: option }));
    interact("conversion", options.indexOf(option));
  };
  return (
    <div className="stack">
      <ul className="stack" aria-label={String(placement.properties.question)}>
        {options.map((option) => {
          const share = total ? Object.values(votes).filter((each) => each === option).length / total : 0;
          return (
            <li key={option}>
              <button
                type="button"
                className="option"
                aria-pressed={mine === option}
                disabled={mine !== undefined}
                onClick={() => vote(option)}
              >
                <span className="bar" style={{ transform: `scaleX(${mine === undefined ? 0 : share})` }} />
                <span>{option}</span>
                {mine !== undefined && <b>{Math.round(share * 100)}%</b>}
              </button>
            </li>
          );
        })}
      </ul>
      <p className="quiet" role="status">
        {mine === undefined
          ? t("One vote each.")
          : t(
              total === 1
                ? "You chose {mine}. One vote in this browser."
                : "You chose {mine}. {total} votes in this browser.",
              { mine, total },
            )}
      </p>
    </div>
  );
}
