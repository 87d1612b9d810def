import { useEffect, useState } from "react";
import type { Player } from "../player/Player";
import type { Session } from "../session/Session";
import type { View } from "../session/useSession";
import { type Announcement, announcementAt, SILENCE } from "./announcement";

/** Return what is announced over the viewer's picture, and follow the picture. */
export function useAnnouncement(session: Session, player: Player | null, { latest }: View): Announcement {
  const [announcement, setAnnouncement] = useState(SILENCE);
  useEffect(() => {
    if (!player) return;
    const follow = (): void => {
      const next = announcementAt(session.past(), (programmeMs) => player.secondsSince(programmeMs));
      setAnnouncement((known) => (isSame(known, next) ? known : next));
    };
    follow();
    for (const name of ["timeupdate", "seeked"]) player.video.addEventListener(name, follow);
    return () => {
      for (const name of ["timeupdate", "seeked"]) player.video.removeEventListener(name, follow);
    };
  }, [session, player, latest]);
  return announcement;
}

function isSame(one: Announcement, other: Announcement): boolean {
  return (
    one.band?.id === other.band?.id &&
    one.card?.moment.id === other.card?.moment.id &&
    one.isQuiet === other.isQuiet
  );
}
