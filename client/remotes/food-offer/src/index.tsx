import { type RemoteProps, translator } from "@touchline/kit";
import { type ReactNode, useState } from "react";
import styles from "./styles.css?inline";

export { styles };

const t = translator({
  "Noted: {count} \u00d7 {product}. Your order waits for the partner's checkout.":
    "Annotato: {count} × {product}. L’ordine attende la cassa del partner.",
  "about {minutes} minutes to your door": "circa {minutes} minuti fino a casa tua",
  "How many": "Quanti",
  "One less": "Uno in meno",
  "One more": "Uno in più",
  "Ask for it": "Richiedi",
});

const MAX_COUNT = 6;

/** A food offer; an order goes to the partner as an interaction. */
export default function FoodOffer({ placement, interact }: RemoteProps): ReactNode {
  const product = String(placement.properties.product);
  const minutes = Number(placement.properties.minutes);
  const [count, setCount] = useState(1);
  const [asked, setAsked] = useState(false);
  if (asked)
    return (
      <p role="status" className="asked">
        {t("Noted: {count} × {product}. Your order waits for the partner's checkout.", { count, product })}
      </p>
    );
  const change = (by: number): void => {
    setCount(Math.min(MAX_COUNT, Math.max(1, count + by)));
    interact("click");
  };
  return (
    <div className="offer">
      <span className="clock" aria-hidden="true">
        {minutes}′
      </span>
      <p>
        <b className="product">{product}</b>
        <span className="quiet">{t("about {minutes} minutes to your door", { minutes })}</span>
      </p>
      <fieldset className="row" aria-label={t("How many")}>
        <button type="button" aria-label={t("One less")} disabled={count === 1} onClick={() => change(-1)}>
          −
        </button>
        <output aria-label={t("How many")}>{count}</output>
        <button
          type="button"
          aria-label={t("One more")}
          disabled={count === MAX_COUNT}
          onClick={() => change(1)}
        >
          +
        </button>
      </fieldset>
      <button
        type="button"
        className="primary"
        onClick={() => {
          setAsked(true);
          interact("conversion", count);
        }}
      >
        {t("Ask for it")}
      </button>
    </div>
  );
}
