import type { Components, Interaction, Placement } from "@touchline/sdk";
import type { Programme } from "./index";

/** The version of the messages between the shell and the frame of a micro-frontend. */
export const FRAME_CONTRACT = 1;
/** The longest message that the shell reads from a frame, in characters of JSON. */
export const MAX_FRAME_MESSAGE = 1_000;

export type Theme = "light" | "dark";

/** The props that a frame gets as data; none identifies the viewer or proves that a component was placed. */
export interface FrameProps {
  placement: Placement;
  message: Components;
  past: Components[];
  programme: Programme;
}

/**
 * The first message to a frame, with the port for all others. `runtime` is what the shell runs in the frame, and
 * `source` the verified bundle.
 */
export interface FrameInit {
  type: "init";
  contract: typeof FRAME_CONTRACT;
  runtime: string;
  source: string;
  module: string;
  title: string;
  locale: string;
  theme: Theme;
  props: FrameProps;
}

/** A message to a frame. */
export type ToFrame =
  | FrameInit
  | { type: "update"; props: FrameProps }
  | { type: "theme"; theme: Theme }
  | { type: "position"; programmeMs: number | null };

/** The interactions that a component may report; the shell reports impressions and dismissals. */
export type ReportedType = Exclude<Interaction["type"], "impression" | "dismissal">;

/** A message from a frame. It names no component or placement: the shell knows what it shows in the frame. */
export type FromFrame =
  | { type: "ready"; contract: typeof FRAME_CONTRACT }
  | { type: "resize"; height: number }
  | { type: "interact"; interaction: ReportedType; value?: number }
  | { type: "failed"; reason: string };

type Fields = Record<string, unknown>;
const REPORTED: readonly unknown[] = ["click", "conversion"] satisfies ReportedType[];

/** Return the message that a frame sent; null unless it is short JSON with exactly the fields of the contract. */
export function readFromFrame(data: unknown): FromFrame | null {
  if (typeof data !== "string" || data.length > MAX_FRAME_MESSAGE) return null;
  let fields: unknown;
  try {
    fields = JSON.parse(data);
  } catch {
    return null;
  }
  return isObject(fields) && isFromFrame(fields) ? (fields as unknown as FromFrame) : null;
}

/** Return the message that the shell sent; null if its shape or its contract's version is unknown. */
export function readToFrame(data: unknown): ToFrame | null {
  return isObject(data) && isToFrame(data) ? (data as unknown as ToFrame) : null;
}

function isFromFrame(fields: Fields): boolean {
  switch (fields.type) {
    case "ready":
      return hasOnly(fields, "contract") && fields.contract === FRAME_CONTRACT;
    case "resize":
      return hasOnly(fields, "height") && isNumber(fields.height) && fields.height >= 0;
    case "interact":
      return (
        hasOnly(fields, "interaction", "value") &&
        REPORTED.includes(fields.interaction) &&
        (fields.value === undefined || isNumber(fields.value))
      );
    case "failed":
      return hasOnly(fields, "reason") && typeof fields.reason === "string";
    default:
      return false;
  }
}

function isToFrame(fields: Fields): boolean {
  switch (fields.type) {
    case "init":
      return (
        fields.contract === FRAME_CONTRACT &&
        [fields.runtime, fields.source, fields.module, fields.title, fields.locale].every(
          (each) => typeof each === "string",
        ) &&
        isTheme(fields.theme) &&
        isProps(fields.props)
      );
    case "update":
      return isProps(fields.props);
    case "theme":
      return isTheme(fields.theme);
    case "position":
      return fields.programmeMs === null || isNumber(fields.programmeMs);
    default:
      return false;
  }
}

function isProps(value: unknown): boolean {
  return (
    isObject(value) &&
    [value.placement, value.message, value.programme].every(isObject) &&
    Array.isArray(value.past)
  );
}

function isTheme(value: unknown): boolean {
  return value === "light" || value === "dark";
}

function hasOnly(fields: Fields, ...names: string[]): boolean {
  return Object.keys(fields).every((name) => name === "type" || names.includes(name));
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
