import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import type { SignIn } from "../config";
import { traitWords } from "../session/cohortWords";
import { type Persona, personas, personaTokens, type TokenSource } from "./signIn";

const CognitoForm = lazy(() => import("./CognitoForm"));

interface Props {
  signIn: SignIn;
  /** `persona` is the id of a persona; a user of the pool has none. */
  onSignedIn: (tokens: TokenSource, name: string, persona?: string) => void;
  /** The id of a persona to sign in at once. */
  preselected?: string | null;
}

/** The form of the stage's user pool, or the personas of a local twin. */
export function SignInMethod({ signIn, onSignedIn, preselected = null }: Props): ReactNode {
  if (signIn.kind === "personas")
    return <Personas signIn={signIn} onSignedIn={onSignedIn} preselected={preselected} />;
  return (
    <Suspense>
      <CognitoForm signIn={signIn} onSignedIn={onSignedIn} />
    </Suspense>
  );
}

function Personas({
  signIn,
  onSignedIn,
  preselected,
}: Required<Props> & { signIn: Extract<SignIn, { kind: "personas" }> }): ReactNode {
  const [known, setKnown] = useState<Persona[]>([]);
  useEffect(() => {
    void personas(signIn).then((found) => {
      const persona = found.find((each) => each.id === preselected);
      if (persona) onSignedIn(personaTokens(signIn, persona.id), persona.name, persona.id);
      else setKnown(found);
    });
  }, [signIn]);
  return (
    <ul className="personas">
      {known.map((persona) => (
        <li key={persona.id}>
          <button
            type="button"
            onClick={() => onSignedIn(personaTokens(signIn, persona.id), persona.name, persona.id)}
          >
            <strong>{persona.name}</strong> <span>{persona.about ?? traitWords(persona.traits ?? {})}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
