import { locale, type RemoteProps, translator, useRemembered } from "@touchline/kit";
import { type ReactNode, useState } from "react";
import styles from "./styles.css?inline";

export { styles };

const t = translator({
  "home shirt": "maglia di casa",
  "away shirt": "maglia da trasferta",
  scarf: "sciarpa",
  "The {product} of {home} and {away}": "{product} di {home} e {away}",
  Size: "Taglia",
  "Add to basket": "Aggiungi al carrello",
  "{count} in this browser's basket": "{count} nel carrello di questo browser",
});

/** The products that have a name in each language. */
const PRODUCTS = ["home shirt", "away shirt", "scarf"] as const;
const SIZES = ["S", "M", "L", "XL"];

/** A product of the partner's shop; the basket is kept in this browser. */
export default function Merchandise({ placement, programme, viewer, interact }: RemoteProps): ReactNode {
  const product = String(placement.properties.product);
  const team = product.startsWith("away") ? programme.away : programme.home;
  const sized = product.endsWith("shirt");
  const name = isProduct(product) ? t(product) : product;
  const [size, setSize] = useState("M");
  const [basket, setBasket] = useRemembered<string[]>(`basket.${viewer}`, []);
  const item = sized ? `${product}, ${size}` : product;
  const price = new Intl.NumberFormat(locale(), {
    style: "currency",
    currency: String(placement.properties.currency),
  });
  const add = (): void => {
    setBasket([...basket, item]);
    interact("conversion", Number(placement.properties.price_minor));
  };
  return (
    <div className="shop">
      <svg viewBox="0 0 48 48" aria-hidden="true">
        {sized ? (
          <path d="M16 5 6 11l4 9 4-2v25h20V18l4 2 4-9-10-6c-2 4-14 4-16 0Z" fill={team.colour} />
        ) : (
          <path d="M12 6h9v28l-3 8h-6zM27 6h9v36h-6l-3-8z" fill={team.colour} />
        )}
      </svg>
      <div className="stack">
        <p>
          {sized
            ? `${team.name}, ${name}`
            : t("The {product} of {home} and {away}", {
                product: name,
                home: programme.home.name,
                away: programme.away.name,
              })}
        </p>
        <p className="price">{price.format(Number(placement.properties.price_minor) / 100)}</p>
      </div>
      {sized && (
        <fieldset className="row" aria-label={t("Size")}>
          {SIZES.map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={size === each}
              onClick={() => {
                setSize(each);
                interact("click");
              }}
            >
              {each}
            </button>
          ))}
        </fieldset>
      )}
      <div className="row">
        <button type="button" className="primary" onClick={add}>
          {t("Add to basket")}
        </button>
        <span className="quiet" role="status">
          {basket.length > 0 && t("{count} in this browser's basket", { count: basket.length })}
        </span>
      </div>
    </div>
  );
}

type Product = (typeof PRODUCTS)[number];

function isProduct(name: string): name is Product {
  return PRODUCTS.some((each) => each === name);
}
