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
      <label>
        E-mail
        <input
          type="email"
          autoComplete="username"
          required
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
      </label>
      <label>
        Password
        <input
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </label>
      <button type="submit">Sign in</button>
      <p role="alert">{problem}</p>
    </form>
  );
}
