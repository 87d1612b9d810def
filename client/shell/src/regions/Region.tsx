import { language, type RemoteProps, useRemembered } from "@touchline/kit";
import type { Placement, Screen, Slot } from "@touchline/sdk";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { candidates } from "../remotes/candidates";
import { ErrorBoundary } from "../remotes/ErrorBoundary";
import { PartnerFrame } from "../remotes/frame/PartnerFrame";
import { publicProps } from "../remotes/frame/publicProps";
import { Shadow } from "../remotes/Shadow";
import type { Switches } from "../remotes/switches";
import { keyOf, type LoadedRemote, useRemote } from "../remotes/useRemote";
import type { Session } from "../session/Session";
import { say } from "../words";
import { MAX_FRAME_HEIGHT } from "./layout";
import { localised } from "./localised";
import { useDismissal } from "./useDismissal";
import { type KeptFocus, useKeptFocus } from "./useKeptFocus";
import { Why } from "./Why";

interface Props {
  slot: Slot;
  screen: Screen | null;
  session: Session;
  off: Switches;
}

/** A region of the screen: the component that is due, or an alternative, why it is here, and a button to dismiss it. */
export function Region({ slot, screen, session, off }: Props): ReactNode {
  const { match, viewer } = session;
  const [lessOf, setLessOf] = useRemembered<string[]>(`less-of.${match.id}.${viewer}.${slot}`, []);
  const [loaded, fail] = useRemote(
    candidates(screen, slot, off, lessOf),
    session.remotesUrl,
    screen?.message,
  );
  const dismissal = useDismissal();
  const focus = useKeptFocus();
  const shown = loaded && loaded.placement.componentId !== dismissal.componentId ? loaded : null;
  useEffect(
    () => session.occupied(slot, shown?.placement.componentId ?? null),
    [session, slot, shown?.placement.componentId],
  );
  if (!screen) return null;
  if (!shown) {
    const { undoable, undo } = dismissal;
    if (!undoable) return focus.isKept && <Place slot={slot} focus={focus} />;
    const bringBack = (): void => {
      focus.keep();
      undo();
    };
    return <Undo slot={slot} title={localised(undoable).title} undo={bringBack} focus={focus} />;
  }
  const { placement } = shown;
  const { title } = localised(placement);
  const report = (): void => session.interact("dismissal", placement, screen.message);
  return (
    <section
      className={`region ${slot}`}
      aria-label={`${say().regions[slot]}: ${title}`}
      data-slot={slot}
      data-component={placement.componentId}
      data-version={screen.message.version}
      onBlur={focus.onBlur}
    >
      <header>
        <h2>{title}</h2>
        <Why
          key={placement.componentId}
          placement={placement}
          message={screen.message}
          cohort={session.cohort}
          isUnwanted={lessOf.includes(placement.type)}
          lessOfThis={() => {
            setLessOf([...lessOf, placement.type]);
            focus.keep();
            dismissal.close(placement, report);
          }}
          asBefore={() => setLessOf(lessOf.filter((type) => type !== placement.type))}
        />
        <button
          type="button"
          className="dismiss"
          ref={focus.take}
          onClick={() => {
            focus.keep();
            dismissal.dismiss(placement, report);
          }}
          aria-label={say().close(title)}
        >
          <span aria-hidden="true">×</span>
        </button>
      </header>
      <Mounted key={keyOf(placement)} shown={shown} screen={screen} session={session} fail={fail} />
    </section>
  );
}

interface UndoProps {
  slot: Slot;
  title: string;
  undo: () => void;
  focus: KeptFocus;
}

/** The offer to bring a dismissed component back; it takes the focus that the component's button had. */
function Undo({ slot, title, undo, focus }: UndoProps): ReactNode {
  return (
    <div className={`region undo ${slot}`}>
      <p role="status">{say().closed(title)}</p>
      <button type="button" ref={focus.take} onBlur={focus.onBlur} onClick={undo}>
        {say().undo}
      </button>
    </div>
  );
}

/** The place of a region with nothing in it: it has the focus until a component comes, or the viewer moves on. */
function Place({ slot, focus }: { slot: Slot; focus: KeptFocus }): ReactNode {
  return (
    <section
      className="place"
      tabIndex={-1}
      aria-label={say().regions[slot]}
      ref={focus.take}
      onBlur={focus.onBlur}
    />
  );
}

interface MountedProps {
  shown: LoadedRemote;
  screen: Screen;
  session: Session;
  fail: (why: unknown) => void;
}

function Mounted({ shown, screen, session, fail }: MountedProps): ReactNode {
  const element = useRef<HTMLDivElement>(null);
  const { placement, loaded } = shown;
  const { message } = screen;
  const [isShown, setShown] = useState(loaded.isolation === "module");
  useSeen(element, isShown, placement, screen, session);
  const interact: RemoteProps["interact"] = (type, value) =>
    session.interact(type, placement, message, value);
  return (
    <div ref={element} className="mounted">
      {loaded.isolation === "module" ? (
        <ErrorBoundary onError={fail}>
          <Shadow styles={loaded.module.styles}>
            <loaded.module.default
              placement={localised(placement)}
              message={message}
              past={session.past()}
              programme={session.match}
              programmeMs={session.programmeMs}
              viewer={session.viewer}
              interact={interact}
            />
          </Shadow>
        </ErrorBoundary>
      ) : (
        <PartnerFrame
          code={loaded.code}
          key={language()}
          props={publicProps(localised(placement), message, session.past(), session.match)}
          maxHeight={MAX_FRAME_HEIGHT[placement.slot]}
          programmeMs={session.programmeMs}
          interact={interact}
          onReady={() => setShown(true)}
          onError={fail}
        />
      )}
    </div>
  );
}

function useSeen(
  element: { current: HTMLElement | null },
  isShown: boolean,
  placement: Placement,
  { message }: Screen,
  session: Session,
): void {
  useEffect(() => {
    if (!element.current || !isShown) return;
    return session.impressions.watch(element.current, () =>
      session.interact("impression", placement, message),
    );
  }, [element, isShown, placement.componentId, message.version, session]);
}
