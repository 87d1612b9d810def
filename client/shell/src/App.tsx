import { type ReactNode, useState } from "react";
import type { Config, Match } from "./config";
import { Session } from "./session/Session";
import { SignInPage } from "./signing/SignInPage";
import { Watch } from "./Watch";

/** The app: the sign-in page, then the match. */
export function App({ config, match }: { config: Config; match: Match }): ReactNode {
  const [session, setSession] = useState<Session | null>(null);
  if (session) return <Watch session={session} />;
  return (
    <SignInPage
      signIn={config.signIn}
      onSignedIn={(tokens, name) => setSession(new Session(config, match, tokens, name))}
    />
  );
}
