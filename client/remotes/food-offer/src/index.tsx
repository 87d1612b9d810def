import type { RemoteProps } from "@touchline/kit";
import { type ReactNode, useState } from "react";
import styles from "./styles.css?inline";

export { styles };

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
        Noted: {count} × {product}. Your order waits for the partner's checkout.
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
        <span className="quiet">about {minutes} minutes to your door</span>
      </p>
      <fieldset className="row" aria-label="How many">
        <button type="button" aria-label="One less" disabled={count === 1} onClick={() => change(-1)}>
          −
        </button>
        <output aria-label="How many">{count}</output>
        <button type="button" aria-label="One more" disabled={count === MAX_COUNT} onClick={() => change(1)}>
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
        Ask for it
      </button>
    </div>
  );
}
