import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import type { Command } from "../night/NightWatch";
import type { Draft } from "./draft";

interface Props {
  draft: Draft;
  give: (command: Command) => Promise<string | null>;
  onClose: () => void;
}

/** Asks for a reason and a confirmation before a command is sent; Escape cancels. */
export function CommandDialog({ draft, give, onClose }: Props): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  useEffect(() => dialog.current?.showModal(), []);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    const refused = await give({ ...draft.command, reason });
    setBusy(false);
    if (refused) setProblem(refused);
    else onClose();
  };
  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="draft-title">
      <form onSubmit={(event) => void submit(event)}>
        <h2 id="draft-title">{draft.title}</h2>
        <p>{draft.effect}</p>
        <label>
          Reason, for the audit log
          <input
            autoFocus
            required
            maxLength={300}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </label>
        <p role="alert" className="problem">
          {problem}
        </p>
        <div className="row">
          <button type="button" onClick={() => dialog.current?.close()}>
            Leave it
          </button>
          <button type="submit" className="primary" disabled={busy}>
            {busy ? "Doing it…" : "Do it"}
          </button>
        </div>
      </form>
    </dialog>
  );
}
