import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import type { SignIn } from "../config";
import { type Persona, personas, personaTokens, type TokenSource } from "./signIn";

const CognitoForm = lazy(() => import("./CognitoForm"));

interface Props {
  signIn: SignIn;
  onSignedIn: (tokens: TokenSource, name: string) => void;
}

/** The sign-in page: e-mail and password, or a persona of a local twin. */
export function SignInPage({ signIn, onSignedIn }: Props): ReactNode {
  return (
    <main className="sign-in">
      <h1>Who is watching?</h1>
      {signIn.kind === "personas" ? (
        <Personas signIn={signIn} onSignedIn={onSignedIn} />
      ) : (
        <Suspense>
          <CognitoForm signIn={signIn} onSignedIn={onSignedIn} />
        </Suspense>
      )}
    </main>
  );
}

function Personas({
  signIn,
  onSignedIn,
}: { signIn: Extract<SignIn, { kind: "personas" }> } & Pick<Props, "onSignedIn">): ReactNode {
  const [known, setKnown] = useState<Persona[]>([]);
  useEffect(() => {
    const named = new URLSearchParams(location.search).get("viewer");
    void personas(signIn).then((found) => {
      const persona = found.find((each) => each.id === named);
      if (persona) onSignedIn(personaTokens(signIn, persona.id), persona.name);
      else setKnown(found);
    });
  }, [signIn]);
  return (
    <ul className="personas">
      {known.map((persona) => (
        <li key={persona.id}>
          <button type="button" onClick={() => onSignedIn(personaTokens(signIn, persona.id), persona.name)}>
            <strong>{persona.name}</strong>
            <span>{persona.about}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
