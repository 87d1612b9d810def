import type { Placement, Screen, Slot } from "@touchline/sdk";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { candidates } from "../remotes/candidates";
import { ErrorBoundary } from "../remotes/ErrorBoundary";
import { Shadow } from "../remotes/Shadow";
import type { Switches } from "../remotes/switches";
import { type LoadedRemote, useRemote } from "../remotes/useRemote";
import type { Session } from "../session/Session";
import { REGIONS } from "./layout";

interface Props {
  slot: Slot;
  screen: Screen | null;
  session: Session;
  off: Switches;
}

/** A region of the screen: the component that is due, or an alternative, with a button to dismiss it. */
export function Region({ slot, screen, session, off }: Props): ReactNode {
  const [loaded, fail] = useRemote(candidates(screen, slot, off), session.remotesUrl, screen?.message);
  const [dismissed, setDismissed] = useState<string | null>(null);
  const shown = loaded && loaded.placement.componentId !== dismissed ? loaded : null;
  useEffect(
    () => session.occupied(slot, shown?.placement.componentId ?? null),
    [session, slot, shown?.placement.componentId],
  );
  if (!shown || !screen) return null;
  const { placement } = shown;
  const dismiss = (): void => {
    setDismissed(placement.componentId);
    session.interact("dismissal", placement, screen.message);
  };
  return (
    <section
      className={`region ${slot}`}
      aria-label={`${REGIONS[slot]}: ${placement.title}`}
      data-slot={slot}
      data-component={placement.componentId}
      data-version={screen.message.version}
    >
      <header>
        <h2>{placement.title}</h2>
        <button type="button" className="dismiss" onClick={dismiss} aria-label={`Close ${placement.title}`}>
          <span aria-hidden="true">×</span>
        </button>
      </header>
      <Mounted key={placement.componentId} loaded={shown} screen={screen} session={session} fail={fail} />
    </section>
  );
}

interface MountedProps {
  loaded: LoadedRemote;
  screen: Screen;
  session: Session;
  fail: (why: unknown) => void;
}

function Mounted({ loaded, screen, session, fail }: MountedProps): ReactNode {
  const element = useRef<HTMLDivElement>(null);
  const { placement, module } = loaded;
  const Remote = module.default;
  useSeen(element, placement, screen, session);
  return (
    <div ref={element} className="mounted">
      <ErrorBoundary onError={fail}>
        <Shadow styles={module.styles}>
          <Remote
            placement={placement}
            message={screen.message}
            past={session.past()}
            programme={session.match}
            programmeMs={session.programmeMs}
            viewer={session.viewer}
            interact={(type, value) => session.interact(type, placement, screen.message, value)}
          />
        </Shadow>
      </ErrorBoundary>
    </div>
  );
}

function useSeen(
  element: { current: HTMLElement | null },
  placement: Placement,
  { message }: Screen,
  session: Session,
): void {
  useEffect(() => {
    if (!element.current) return;
    return session.impressions.watch(element.current, () =>
      session.interact("impression", placement, message),
    );
  }, [element, placement.componentId, message.version, session]);
}
