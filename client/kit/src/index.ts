import type { Components, Placement } from "@touchline/sdk";
import type { ComponentType } from "react";
import type { ReportedType } from "./frame";

/** A player of a line-up; only players who start have a `position`. */
export interface Player {
  name: string;
  number: number;
  position: string | null;
}

/** A team of the match. */
export interface Team {
  name: string;
  colour: string;
  players: Player[];
}

/** Another match that viewers may want to see; `kickOff` is ISO 8601 with an offset. */
export interface Fixture {
  home: string;
  away: string;
  kickOff: string;
}

/** The match as known before it starts, from the match's programme file. */
export interface Programme {
  id: string;
  home: Team;
  away: Team;
  kickOff: string;
  competition: string;
  venue: string;
  /** The next matches of the competition, if they are known. */
  fixtures?: Fixture[];
}

/** The props that the shell passes to a micro-frontend. None is ahead of the viewer's own picture. */
export interface RemoteProps {
  placement: Placement;
  /** The message that holds the placement. */
  message: Components;
  /** Every message that the viewer's picture has reached, oldest first. */
  past: Components[];
  programme: Programme;
  /** Return the position of the viewer's picture in programme time; null before the first picture. */
  programmeMs: () => number | null;
  /** The viewer's name, to display and as a storage key in a shared browser; empty in a frame. */
  viewer: string;
  /** Report a click or a conversion; the shell reports impressions and dismissals. */
  interact: (type: ReportedType, value?: number) => void;
}

/** The exports of a micro-frontend's module: a component and the style sheet of its shadow root. */
export interface RemoteModule {
  default: ComponentType<RemoteProps>;
  styles: string;
}

export { clockAt, useClock } from "./clockNow";
export { DOES_NOT_FIT } from "./constraints";
export {
  FRAME_CONTRACT,
  type FrameInit,
  type FrameProps,
  type FromFrame,
  MAX_FRAME_MESSAGE,
  type ReportedType,
  readFromFrame,
  readToFrame,
  type Theme,
  type ToFrame,
} from "./frame";
export { type Goal, goalsOf } from "./goals";
export { LANGUAGES, type Language, language, locale, translator } from "./language";
export { exactClock, type InPlay, matchClock, PERIOD_STARTS_MINUTES } from "./matchClock";
export { momentsOf } from "./moments";
export { isEventful, isLasting, momentWords, playerMomentName } from "./momentWords";
export { recall, remember, useRemembered } from "./remembered";
export { SELLING_TYPES } from "./selling";
export { useShared } from "./shared";
export { untilDone } from "./untilDone";
