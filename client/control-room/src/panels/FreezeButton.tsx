import type { ReactNode } from "react";
import type { Draft } from "../commands/draft";
import { freeze } from "../commands/draft";
import type { Night } from "../night/night";
import { titleOf } from "../words";

interface Props {
  id: string;
  night: Night;
  onDraft: (draft: Draft) => void;
}

/** The title of a component, which freezes it; the title alone if it is frozen. */
export function FreezeButton({ id, night, onDraft }: Props): ReactNode {
  const title = titleOf(night, id);
  if (night.context?.frozen.includes(id)) return <span>{title}</span>;
  return (
    <button
      type="button"
      className="plain"
      data-freezes={id}
      aria-label={`Freeze ${title}`}
      onClick={() => onDraft(freeze(id, title))}
    >
      {title}
    </button>
  );
}
