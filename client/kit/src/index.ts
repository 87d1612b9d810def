import type { Components, Interaction, Placement } from "@touchline/sdk";
import type { ComponentType } from "react";

/** A player of a line-up; `position` is known of those who start. */
export interface Player {
  name: string;
  number: number;
  position: string | null;
}

/** One side of the match. */
export interface Team {
  name: string;
  colour: string;
  players: Player[];
}

/** What is known of the match before it starts: the programme file of the match has it. */
export interface Programme {
  id: string;
  home: Team;
  away: Team;
  kickOff: string;
  competition: string;
  venue: string;
}

/** What the host gives a micro-frontend. Nothing in it is ahead of this viewer's own picture. */
export interface RemoteProps {
  placement: Placement;
  /** The message that placed it. */
  message: Components;
  /** Every message that this viewer's picture has reached, oldest first. */
  past: Components[];
  programme: Programme;
  /** Name of the viewer, to greet and to keep what is theirs apart in a shared browser. */
  viewer: string;
  /** Tell of a click or a conversion; the host tells of impressions and dismissals itself. */
  interact: (type: Exclude<Interaction["type"], "impression" | "dismissal">, value?: number) => void;
}

/** What a micro-frontend's exposed module exports: a component, and the style sheet of its shadow root. */
export interface RemoteModule {
  default: ComponentType<RemoteProps>;
  styles: string;
}

export { exactClock, type InPlay, matchClock } from "./matchClock";
export { momentsOf } from "./moments";
export { useRemembered } from "./remembered";
export { useShared } from "./shared";
