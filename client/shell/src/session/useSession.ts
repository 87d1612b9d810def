import type { Components, ConnectionState, Screen } from "@touchline/sdk";
import { useEffect, useState } from "react";
import type { Session } from "./Session";

/** The screen that is due, the latest message that the picture has reached, and the connection's state. */
export interface View {
  screen: Screen | null;
  latest: Components | null;
  connection: ConnectionState;
}

/** Return the view of a session, and update it when it changes. */
export function useSession(session: Session): View {
  const [view, setView] = useState<View>({ screen: null, latest: null, connection: "connecting" });
  useEffect(() => {
    const { scheduler, connection } = session.client;
    const leave = [
      scheduler.screens.on((screen) =>
        setView((known) => ({ ...known, screen, latest: screen?.message ?? session.past().at(-1) ?? null })),
      ),
      connection.states.on((state) => setView((known) => ({ ...known, connection: state }))),
    ];
    return () => {
      for (const each of leave) each();
    };
  }, [session]);
  return view;
}
