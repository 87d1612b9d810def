import type { RemoteProps } from "@touchline/kit";
import { type ReactNode, useState } from "react";
import styles from "./styles.css?inline";

export { styles };

const CAMPAIGNS: Record<string, { line: string; offer: string }> = {
  "quiet-drive": {
    line: "Silent all the way home, however loud the night was.",
    offer: "Drive it for a weekend, and let the neighbours sleep.",
  },
  "next-match": {
    line: "Your team's next match, from a seat in the stand.",
    offer: "Places together are still free, for you and whoever watches with you tonight.",
  },
  "presented-by": {
    line: "Volta Motors presents this match.",
    offer: "The car maker of the night, quiet as ever.",
  },
  "away-days": {
    line: "The next away game is closer than you think.",
    offer: "Seats to the away end, with the way back after the last whistle.",
  },
};

/** A partner's advert, marked as such; the shell shows its title. */
export default function Advert({ placement, interact }: RemoteProps): ReactNode {
  const [more, setMore] = useState(false);
  const campaign = CAMPAIGNS[String(placement.properties.campaign)];
  return (
    <div className="advert">
      <span className="mark">Advert</span>
      <p>{more ? campaign?.offer : campaign?.line}</p>
      <button
        type="button"
        aria-expanded={more}
        onClick={() => {
          setMore(!more);
          interact("click");
        }}
      >
        {more ? "Less" : "More"}
      </button>
    </div>
  );
}
