import { type ReactNode, useState } from "react";
import type { Config, Match } from "./config";
import { Session } from "./session/Session";
import { SignInMethod } from "./signing/SignInMethod";
import { Watch } from "./Watch";

/** The app: the sign-in page, then the match. */
export function App({ config, match }: { config: Config; match: Match }): ReactNode {
  const [session, setSession] = useState<Session | null>(null);
  if (session) return <Watch session={session} />;
  return (
    <main className="sign-in">
      <h1>Who is watching?</h1>
      <SignInMethod
        signIn={config.signIn}
        preselected={new URLSearchParams(location.search).get("viewer")}
        onSignedIn={(tokens, name) => setSession(new Session(config, match, tokens, name))}
      />
    </main>
  );
}
