import type { ReactNode } from "react";
import type { Night } from "../night/night";
import { Panel } from "../panels/Panel";
import { count, wordsOf } from "../words";
import { CorrectForm } from "./CorrectForm";
import type { Draft } from "./draft";
import { FreezeForm } from "./FreezeForm";
import { HoldForm } from "./HoldForm";
import { InjectForm } from "./InjectForm";

/** The controls: hold and release, freeze and thaw, correct, inject. */
export function Controls({ night, onDraft }: { night: Night; onDraft: (draft: Draft) => void }): ReactNode {
  const types = night.controls?.heldTypes ?? null;
  const waiting = night.controls?.held.length ?? 0;
  const holding = types !== null || waiting > 0;
  return (
    <Panel name="controls" title="Controls">
      <section aria-label="Hold" className={holding ? "switch on" : "switch"}>
        <p className="state-line" role="status">
          {types === null
            ? "Moments flow"
            : `On hold: ${types.length ? types.map(wordsOf).join(", ") : "every moment"}`}
          {waiting > 0 && ` · ${waiting} waiting`}
        </p>
        <HoldForm onDraft={onDraft} />
        <button
          type="button"
          disabled={!holding}
          onClick={() =>
            onDraft({
              title: "Release everything",
              effect: `Viewers see ${count(waiting, "held moment")} at once, and the hold is over.`,
              command: { command: "release" },
            })
          }
        >
          Release everything
        </button>
      </section>
      <section aria-label="Freeze" className="switch">
        <FreezeForm night={night} onDraft={onDraft} />
      </section>
      <section aria-label="Correct" className="switch">
        <CorrectForm night={night} onDraft={onDraft} />
      </section>
      <section aria-label="Inject" className="switch">
        <InjectForm night={night} onDraft={onDraft} />
      </section>
    </Panel>
  );
}
