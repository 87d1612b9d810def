import type { ReactNode } from "react";

/** A table that scrolls inside its panel, also with the keyboard. */
export function ScrollableTable({
  label,
  head,
  children,
}: {
  label: string;
  head: ReactNode;
  children: ReactNode;
}): ReactNode {
  return (
    <section className="scroll" tabIndex={0} aria-label={label}>
      <table>
        <thead>
          <tr>{head}</tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}
