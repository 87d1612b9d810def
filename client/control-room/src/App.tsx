import { type ReactNode, useState } from "react";
import type { Config } from "./config";
import { Desk } from "./Desk";
import { NightWatch } from "./night/NightWatch";
import { SignInPage } from "./SignInPage";

/** The control room: the sign-in page, then the match. */
export function App({ config, matchId }: { config: Config; matchId: string }): ReactNode {
  const [watch, setWatch] = useState<{ night: NightWatch; name: string } | null>(null);
  if (watch) return <Desk watch={watch.night} operator={watch.name} />;
  return (
    <SignInPage
      signIn={config.operatorSignIn ?? config.signIn}
      onSignedIn={(token, name) =>
        setWatch({ night: new NightWatch({ url: config.webSocketUrl, token, matchId }), name })
      }
    />
  );
}
