import { type FormEvent, type ReactNode, type Ref, useEffect, useRef, useState } from "react";
import type { SignIn } from "../config";
import { say } from "../words";
import { type Ask, cognitoTokens, type Wanted } from "./cognito";
import { refusalWords } from "./refusal";
import type { TokenSource } from "./signIn";

interface Props {
  signIn: Extract<SignIn, { kind: "cognito" }>;
  onSignedIn: (tokens: TokenSource, name: string) => void;
}

/** What the pool wants besides the password, what is typed so far, and who waits for it. */
interface Asked {
  what: Wanted;
  secret?: string;
  value: string;
  answer: (value: string) => void;
}

/** The sign-in form for the stage's user pool; Secure Remote Password keeps the password in the page. */
export default function CognitoForm({ signIn, onSignedIn }: Props): ReactNode {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState("");
  const [asked, setAsked] = useState<Asked | null>(null);
  const question = useRef<HTMLInputElement>(null);
  useEffect(() => question.current?.focus(), [asked?.what]);
  const ask: Ask = (question) =>
    new Promise((resolve) => setAsked({ ...question, value: "", answer: resolve }));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setProblem("");
    if (asked) {
      setAsked(null);
      asked.answer(asked.value);
      return;
    }
    cognitoTokens(signIn, email, password, ask).then(
      (tokens) => onSignedIn(tokens, email.split("@")[0] ?? email),
      (error: Error) => setProblem(refusalWords(error)),
    );
  };
  return (
    <form onSubmit={submit}>
      <Field label={say().email} type="email" autoComplete="username" value={email} onChange={setEmail} />
      <Field
        label={say().password}
        type="password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
      />
      {asked?.secret && (
        <p>
          {say().enterKey} <code>{asked.secret}</code>
        </p>
      )}
      {asked && (
        <Field
          ref={question}
          label={say()[asked.what]}
          type={asked.what === "newPassword" ? "password" : "text"}
          autoComplete={asked.what === "newPassword" ? "new-password" : "one-time-code"}
          value={asked.value}
          onChange={(value) => setAsked({ ...asked, value })}
        />
      )}
      <button type="submit">{say().signIn}</button>
      <p role="alert">{problem}</p>
    </form>
  );
}

function Field({
  label,
  onChange,
  ...input
}: {
  label: string;
  type: "email" | "password" | "text";
  autoComplete: string;
  value: string;
  onChange: (value: string) => void;
  ref?: Ref<HTMLInputElement>;
}): ReactNode {
  return (
    <label>
      {label}
      <input {...input} required onChange={(event) => onChange(event.target.value)} />
    </label>
  );
}
