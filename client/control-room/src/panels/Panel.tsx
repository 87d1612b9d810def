import type { ReactNode } from "react";

/** A titled section of the page. */
export function Panel({
  name,
  title,
  note,
  children,
}: {
  name: string;
  title: string;
  note?: string;
  children: ReactNode;
}): ReactNode {
  return (
    <section className={`panel ${name}`} aria-labelledby={`panel-${name}`}>
      <header>
        <h2 id={`panel-${name}`}>{title}</h2>
        {note && <p>{note}</p>}
      </header>
      {children}
    </section>
  );
}
