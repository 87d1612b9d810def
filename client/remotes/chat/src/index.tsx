import { type RemoteProps, translator, useShared } from "@touchline/kit";
import { type FormEvent, type ReactNode, useState } from "react";
import styles from "./styles.css?inline";

export { styles };

const t = translator({
  Messages: "Messaggi",
  "Nobody has written yet.": "Nessuno ha ancora scritto.",
  Message: "Messaggio",
  "Say something": "Scrivi qualcosa",
  Send: "Invia",
  "Between the tabs of this browser.": "Tra le schede di questo browser.",
});

const KEPT = 50;
const LONGEST = 240;

interface Line {
  id: string;
  from: string;
  text: string;
}

/** A chat between the tabs of this browser, in place of a chat service. */
export default function Chat({ placement, programme, viewer, interact }: RemoteProps): ReactNode {
  const room = String(placement.properties.room);
  const [lines, setLines] = useShared<Line[]>(`chat.${programme.id}.${room}`, []);
  const [draft, setDraft] = useState("");
  const send = (event: FormEvent): void => {
    event.preventDefault();
    const text = draft.trim();
    if (!text) return;
    setLines((known) => [...known, { id: crypto.randomUUID(), from: viewer, text }].slice(-KEPT));
    setDraft("");
    interact("conversion");
  };
  return (
    <div className="stack">
      <div className="log" role="log" aria-label={t("Messages")} tabIndex={0}>
        <ol>
          {lines.map(({ id, from, text }) => (
            <li key={id} className={from === viewer ? "mine" : ""}>
              <b>{from}</b> {text}
            </li>
          ))}
          {lines.length === 0 && <li className="quiet">{t("Nobody has written yet.")}</li>}
        </ol>
      </div>
      <form className="row" onSubmit={send}>
        <input
          value={draft}
          maxLength={LONGEST}
          onChange={(event) => setDraft(event.target.value)}
          aria-label={t("Message")}
          placeholder={t("Say something")}
        />
        <button type="submit" className="primary">
          {t("Send")}
        </button>
      </form>
      <p className="quiet">{t("Between the tabs of this browser.")}</p>
    </div>
  );
}
