import type { Components, Interaction, Placement } from "@touchline/sdk";
import type { ComponentType } from "react";

/** One side of the match, as the programme file of the match has it. */
export interface Team {
  name: string;
  colour: string;
  players: { name: string; number: number; position: string; starting: boolean }[];
}

/** What is known of the match before it starts. */
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
  /** Tell of a click or a conversion; the host tells of impressions and dismissals itself. */
  interact: (type: Exclude<Interaction["type"], "impression" | "dismissal">, value?: number) => void;
}

/** What a micro-frontend's exposed module exports: a component and its style sheet, for a shadow root of its own. */
export interface RemoteModule {
  default: ComponentType<RemoteProps>;
  styles: string;
}

export { remembered, useRemembered } from "./remembered";
