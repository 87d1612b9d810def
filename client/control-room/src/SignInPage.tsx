import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import type { SignIn } from "../../shell/src/config";
import { type Persona, personas, personaTokens, type TokenSource } from "../../shell/src/signing/signIn";

const CognitoForm = lazy(() => import("../../shell/src/signing/CognitoForm"));

interface Props {
  signIn: SignIn;
  onSignedIn: (tokens: TokenSource, name: string) => void;
}

/** The operators' sign-in: e-mail and password, or an operator of a local twin. */
export function SignInPage({ signIn, onSignedIn }: Props): ReactNode {
  return (
    <main className="sign-in">
      <p className="brand">Touchline</p>
      <h1>Control room</h1>
      {signIn.kind === "personas" ? (
        <Known signIn={signIn} onSignedIn={onSignedIn} />
      ) : (
        <Suspense>
          <CognitoForm signIn={signIn} onSignedIn={onSignedIn} />
        </Suspense>
      )}
    </main>
  );
}

function Known({ signIn, onSignedIn }: Props & { signIn: Extract<SignIn, { kind: "personas" }> }): ReactNode {
  const [known, setKnown] = useState<Persona[]>([]);
  useEffect(() => void personas(signIn).then(setKnown), [signIn]);
  return (
    <ul>
      {known.map((each) => (
        <li key={each.id}>
          <button type="button" onClick={() => onSignedIn(personaTokens(signIn, each.id), each.name)}>
            <strong>{each.name}</strong> <span>{each.about}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
