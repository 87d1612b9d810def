import { isInstant, isListOf, isObject } from "../frames";
import type { Pass } from "./viewersProtocol";

/** Return whether an answer of the server is a pass. */
export function isPass(value: unknown): value is Pass {
  if (!isObject(value)) return false;
  const isText = (each: unknown): boolean => typeof each === "string";
  return (
    [value.matchId, value.token, value.ownAddress, value.rulesEdition].every(isText) &&
    isInstant(value.issuedAt) &&
    isInstant(value.expiresAt) &&
    Date.parse(String(value.issuedAt)) < Date.parse(String(value.expiresAt)) &&
    [value.channels, value.documents].every((pair) => isListOf(pair, isText) && pair.length === 2) &&
    [value.impressionShare, value.joinWithinSeconds].every(Number.isFinite) &&
    isListOf(value.refreshSeconds, Number.isFinite) &&
    value.refreshSeconds.length === 2
  );
}
