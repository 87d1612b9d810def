import type { Language } from "@touchline/kit";
import type { Slot } from "@touchline/sdk";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { Header } from "./Header";
import type { Player } from "./player/Player";
import { useLayout } from "./regions/layout";
import { Region } from "./regions/Region";
import { withoutSelling } from "./regions/withoutSelling";
import { useSwitches } from "./remotes/switches";
import { SoFar } from "./SoFar";
import { Squads } from "./Squads";
import type { Session } from "./session/Session";
import { useSession } from "./session/useSession";
import { Stage } from "./stage/Stage";
import { useAnnouncement } from "./stage/useAnnouncement";
import { useSeenGoals } from "./stage/useSeenGoals";
import { StatisticsTable } from "./statistics/StatisticsTable";
import { useStatistics } from "./statistics/useStatistics";

interface Props {
  session: Session;
  signOut: () => void;
  chooseLanguage: (language: Language) => void;
}

/** The match page: header, stage, and the regions of the viewer's layout. */
export function Watch({ session, signOut, chooseLanguage }: Props): ReactNode {
  const video = useRef<HTMLVideoElement>(null);
  const [player, setPlayer] = useState<Player | null>(null);
  const [layout, change] = useLayout();
  const view = useSession(session);
  const goals = useSeenGoals(session, view);
  const statistics = useStatistics(session.match.statistics, view.latest, session.programmeMs);
  const announcement = useAnnouncement(session, player, view);
  const { isQuiet } = announcement;
  const screen = useMemo(() => (isQuiet ? withoutSelling(view.screen) : view.screen), [view.screen, isQuiet]);
  const off = useSwitches();
  useEffect(() => {
    if (video.current) setPlayer(session.start(video.current));
    return () => session.stop();
  }, [session]);
  const region = (slot: Slot): ReactNode =>
    layout.hidden.includes(slot) ? null : (
      <Region key={slot} slot={slot} screen={screen} session={session} off={off} />
    );
  return (
    <>
      <Header
        connection={view.connection}
        viewer={session.viewer}
        layout={layout}
        change={change}
        signOut={signOut}
        chooseLanguage={chooseLanguage}
      />
      <main className={`watch side-${layout.side} overlay-${layout.overlay}`}>
        <Stage
          video={video}
          player={player}
          match={session.match}
          view={view}
          programmeMs={session.programmeMs}
          goals={goals}
          announcement={announcement}
        >
          {region("overlay")}
        </Stage>
        <div className="beside">
          {region("side_panel")}
          <SoFar match={session.match} past={session.past()} />
          <Squads match={session.match} />
          <StatisticsTable match={session.match} now={statistics} />
        </div>
        <div className="below">{region("lower_third")}</div>
        <div className="line">{region("ticker")}</div>
      </main>
    </>
  );
}
