import { type RemoteProps, useRemembered } from "@touchline/kit";
import { type ReactNode, useState } from "react";
import { questionsOf } from "./questions";
import styles from "./styles.css?inline";

export { styles };

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
          <b>{right}</b> of {questions.length}
        </p>
        <p className="quiet">Your best so far: {best}</p>
        <button
          type="button"
          onClick={() => {
            setAt(0);
            setRight(0);
          }}
        >
          Play again
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
      <p className="quiet">
        Question {at + 1} of {questions.length}
      </p>
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
        {given && (given === question.answer ? "Right." : `No: ${question.answer}.`)}
      </p>
      {given && (
        <button type="button" className="primary" onClick={next}>
          {at + 1 < questions.length ? "Next question" : "See the result"}
        </button>
      )}
    </div>
  );
}
