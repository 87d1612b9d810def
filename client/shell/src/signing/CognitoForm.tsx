import { type FormEvent, type ReactNode, useState } from "react";
import type { SignIn } from "../config";
import { cognitoTokens } from "./cognito";
import type { TokenSource } from "./signIn";

interface Props {
  signIn: Extract<SignIn, { kind: "cognito" }>;
  onSignedIn: (tokens: TokenSource, name: string) => void;
}

/** The sign-in form for the stage's user pool; Secure Remote Password keeps the password in the page. */
export default function CognitoForm({ signIn, onSignedIn }: Props): ReactNode {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState("");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    cognitoTokens(signIn, email, password).then(
      (tokens) => onSignedIn(tokens, email.split("@")[0] ?? email),
      (error: Error) => setProblem(error.message),
    );
  };
  return (
    <form onSubmit={submit}>
      <Field label="E-mail" type="email" autoComplete="username" value={email} onChange={setEmail} />
      <Field
        label="Password"
        type="password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
      />
      <button type="submit">Sign in</button>
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
  type: "email" | "password";
  autoComplete: string;
  value: string;
  onChange: (value: string) => void;
}): ReactNode {
  return (
    <label>
      {label}
      <input {...input} required onChange={(event) => onChange(event.target.value)} />
    </label>
  );
}
