import { type RemoteProps, translator } from "@touchline/kit";
import { type ReactNode, useState } from "react";
import styles from "./styles.css?inline";

export { styles };

const t = translator({
  "Silent all the way home, however loud the night was.":
    "In silenzio fino a casa, per quanto rumorosa sia stata la serata.",
  "Drive it for a weekend, and let the neighbours sleep.":
    "Provala per un fine settimana, e lascia dormire i vicini.",
  "Your team's next match, from a seat in the stand.":
    "La prossima partita della tua squadra, da un posto in tribuna.",
  "Places together are still free, for you and whoever watches with you tonight.":
    "Ci sono ancora posti vicini, per te e per chi guarda con te stasera.",
  "Volta Motors presents this match.": "Volta Motors presenta questa partita.",
  "The car maker of the night, quiet as ever.":
    "La casa automobilistica della serata, silenziosa come sempre.",
  "The next away game is closer than you think.": "La prossima trasferta è più vicina di quanto pensi.",
  "Seats to the away end, with the way back after the last whistle.":
    "Posti per il settore ospiti, con il ritorno dopo il fischio finale.",
  Advert: "Pubblicità",
  More: "Di più",
  Less: "Di meno",
});

type Text = Parameters<typeof t>[0];
const CAMPAIGNS: Record<string, { line: Text; offer: Text }> = {
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
      <span className="mark">{t("Advert")}</span>
      <p>{campaign && t(more ? campaign.offer : campaign.line)}</p>
      <button
        type="button"
        aria-expanded={more}
        onClick={() => {
          setMore(!more);
          interact("click");
        }}
      >
        {t(more ? "Less" : "More")}
      </button>
    </div>
  );
}
