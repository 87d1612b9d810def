import { type Language, language } from "@touchline/kit";
import { type ReactNode, useState } from "react";
import type { Config, Match } from "./config";
import { LanguageSwitch } from "./LanguageSwitch";
import { chooseLanguage } from "./language";
import { Session } from "./session/Session";
import { forgetToken, keeping, keptSignIn } from "./signing/keptToken";
import { SignInMethod } from "./signing/SignInMethod";
import { Watch } from "./Watch";
import { say } from "./words";

/** The app: the sign-in page, then the match. */
export function App({ config, match }: { config: Config; match: Match }): ReactNode {
  const [, setLanguage] = useState(language());
  const [session, setSession] = useState<Session | null>(() => {
    const kept = config.signIn.kind === "cognito" ? keptSignIn(() => setSession(null)) : null;
    return kept && new Session(config, match, kept.tokens, kept.name);
  });
  const signOut = (): void => {
    setSession(null);
    session?.forget();
    forgetToken();
    namePersona(undefined);
  };
  const choose = (chosen: Language): void => {
    void chooseLanguage(chosen).then(() => setLanguage(language()));
  };
  if (session) return <Watch session={session} signOut={signOut} chooseLanguage={choose} />;
  return (
    <main className="sign-in">
      <h1>{say().whoIsWatching}</h1>
      <LanguageSwitch choose={choose} />
      <SignInMethod
        signIn={config.signIn}
        preselected={new URLSearchParams(location.search).get("viewer")}
        onSignedIn={(tokens, name, persona) => {
          namePersona(persona);
          setSession(new Session(config, match, persona ? tokens : keeping(tokens, name), name));
        }}
      />
    </main>
  );
}

/** Name the persona in the page's URL, so that a reload signs in again. */
function namePersona(id: string | undefined): void {
  const url = new URL(location.href);
  if (id) url.searchParams.set("viewer", id);
  else url.searchParams.delete("viewer");
  history.replaceState(null, "", url);
}
