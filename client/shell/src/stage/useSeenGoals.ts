import { type Goal, goalsOf } from "@touchline/kit";
import { useEffect, useState } from "react";
import type { Session } from "../session/Session";
import type { View } from "../session/useSession";

/** Return the goals that the viewer has seen; they stay when the viewer seeks back. */
export function useSeenGoals(session: Session, { latest }: View): Goal[] {
  const [goals, setGoals] = useState<Goal[]>([]);
  useEffect(() => {
    const reached = goalsOf(session.past());
    setGoals((known) => (reached.length >= known.length ? reached : known));
  }, [session, latest]);
  return goals;
}
