import { type RemoteProps } from "@touchline/kit";
import { useState, type ReactNode } from "react";
import styles from "./styles.css?inline";

export { styles };

const LINES: Record<string, string> = {
  "quiet-drive": "Silent all the way home, however loud the night was.",
  "away-days": "The next away game is closer than you think.",
};

/** A partner's line, marked as what it is. */
export default function Advert({ placement, interact }: RemoteProps): ReactNode {
  const [more, setMore] = useState(false);
  const campaign = String(placement.properties["campaign"]);
  return (
    <div className={`advert ${campaign}`}>
      <span className="mark">Advert</span>
      <p>{more ? LINES[campaign] : placement.title}</p>
      <button type="button" aria-expanded={more} onClick={() => { setMore(!more); interact("click"); }}>
        {more ? "Less" : "More"}
      </button>
    </div>
  );
}
