import type { Slot } from "@touchline/sdk";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Header } from "./Header";
import type { Player } from "./player/Player";
import { VideoStage } from "./player/VideoStage";
import { useLayout } from "./regions/layout";
import { Region } from "./regions/Region";
import { useSwitches } from "./remotes/switches";
import { SoFar } from "./SoFar";
import type { Session } from "./session/Session";
import { useSession } from "./session/useSession";

/** The match page: header, picture, and the regions of the viewer's layout. */
export function Watch({ session }: { session: Session }): ReactNode {
  const video = useRef<HTMLVideoElement>(null);
  const [player, setPlayer] = useState<Player | null>(null);
  const [layout, change] = useLayout();
  const view = useSession(session);
  const off = useSwitches();
  useEffect(() => {
    if (video.current) setPlayer(session.start(video.current));
    return () => session.stop();
  }, [session]);
  const region = (slot: Slot): ReactNode =>
    layout.hidden.includes(slot) ? null : (
      <Region key={slot} slot={slot} screen={view.screen} session={session} off={off} />
    );
  return (
    <>
      <Header
        match={session.match}
        view={view}
        viewer={session.viewer}
        programmeMs={session.programmeMs}
        layout={layout}
        change={change}
      />
      <main className={`watch side-${layout.side} overlay-${layout.overlay}`}>
        <VideoStage video={video} player={player}>
          {region("overlay")}
        </VideoStage>
        <div className="beside">
          {region("side_panel")}
          {layout.hidden.includes("side_panel") || <SoFar match={session.match} past={session.past()} />}
        </div>
        <div className="below">{region("lower_third")}</div>
        <div className="line">{region("ticker")}</div>
      </main>
    </>
  );
}
