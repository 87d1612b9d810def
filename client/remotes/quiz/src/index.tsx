import { type RemoteProps, translator, useRemembered } from "@touchline/kit";
import { type ReactNode, useState } from "react";
import { questionsOf } from "./questions";
import styles from "./styles.css?inline";

export { styles };

const t = translator({
  "of {all}": "su {all}",
  "Your best so far: {best}": "Il tuo migliore finora: {best}",
  "Play again": "Gioca ancora",
  "Question {number} of {all}": "Domanda {number} di {all}",
  "Right.": "Giusto.",
  "No: {answer}.": "No: {answer}.",
  "Next question": "Prossima domanda",
  "See the result": "Vedi il risultato",
});

/** A quiz that shows the right answer after each question and stores the best result. */
export default function Quiz({ placement, past, programme, viewer, interact }: RemoteProps): ReactNode {
  const [questions] = useState(() => questionsOf(placement, programme, past));
  const [at, setAt] = useState(0);
  const [given, setGiven] = useState<string | null>(null);
  const [right, setRight] = useState(0);
  const [best, setBest] = useRemembered(`quiz.${viewer}.${placement.componentId}`, 0);
  const question = questions[at];

  if (!question) {
    return (
      <div className="stack">
        <p className="result" role="status">
          <b>{right}</b> {t("of {all}", { all: questions.length })}
        </p>
        <p className="quiet">{t("Your best so far: {best}", { best })}</p>
        <button
          type="button"
          onClick={() => {
            setAt(0);
            setRight(0);
          }}
        >
          {t("Play again")}
        </button>
      </div>
    );
  }

  const answer = (option: string): void => {
    setGiven(option);
    if (option === question.answer) setRight(right + 1);
    interact("click", at);
  };
  const next = (): void => {
    setGiven(null);
    setAt(at + 1);
    if (at + 1 < questions.length) return;
    setBest(Math.max(best, right));
    interact("conversion", right);
  };
  return (
    <div className="stack">
      <p className="quiet">{t("Question {number} of {all}", { number: at + 1, all: questions.length })}</p>
      <p className="question">{question.text}</p>
      <ul className="grid">
        {question.options.map((option) => (
          <li key={option}>
            <button
              type="button"
              disabled={given !== null}
              aria-pressed={given === option}
              className={given && option === question.answer ? "right" : given === option ? "wrong" : ""}
              onClick={() => answer(option)}
            >
              {option}
            </button>
          </li>
        ))}
      </ul>
      <p role="status" className="quiet">
        {given && (given === question.answer ? t("Right.") : t("No: {answer}.", { answer: question.answer }))}
      </p>
      {given && (
        <button type="button" className="primary" onClick={next}>
          {t(at + 1 < questions.length ? "Next question" : "See the result")}
        </button>
      )}
    </div>
  );
}
