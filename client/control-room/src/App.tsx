import { type ReactNode, useState } from "react";
import { SignInMethod } from "../../shell/src/signing/SignInMethod";
import type { Config } from "./config";
import { Desk } from "./Desk";
import { NightWatch } from "./night/NightWatch";

/** The control room: the sign-in page, then the match. */
export function App({ config, matchId }: { config: Config; matchId: string }): ReactNode {
  const [watch, setWatch] = useState<{ night: NightWatch; name: string } | null>(null);
  if (watch) return <Desk watch={watch.night} operator={watch.name} />;
  return (
    <main className="sign-in">
      <p className="brand">Touchline</p>
      <h1>Control room</h1>
      <SignInMethod
        signIn={config.signIn}
        onSignedIn={(token, name) =>
          setWatch({ night: new NightWatch({ url: config.webSocketUrl, token, matchId }), name })
        }
      />
    </main>
  );
}
