import type {
  NightAudit,
  NightComponents,
  NightContext,
  NightControls,
  NightCrowd,
  NightDeadLetters,
  NightDispatch,
  NightEntry,
  NightMatch,
  NightMoment,
} from "@touchline/sdk";

/** The state of a night; repeated kinds of entries are kept by id. */
export interface Night {
  match: NightMatch | null;
  context: NightContext | null;
  controls: NightControls | null;
  deadLetters: NightDeadLetters | null;
  components: NightComponents["components"];
  moments: Record<string, NightMoment>;
  crowd: Record<string, NightCrowd>;
  dispatches: Record<string, NightDispatch>;
  audit: Record<string, NightAudit>;
}

export const EMPTY_NIGHT: Night = {
  match: null,
  context: null,
  controls: null,
  deadLetters: null,
  components: [],
  moments: {},
  crowd: {},
  dispatches: {},
  audit: {},
};

/** Return the night with more entries; an entry replaces the one of the same kind and id, unless it is older. */
export function withEntries(night: Night, entries: NightEntry[]): Night {
  return entries.reduce(withEntry, night);
}

function withEntry(night: Night, entry: NightEntry): Night {
  switch (entry.kind) {
    case "match":
      return { ...night, match: entry };
    case "context":
      return (night.context?.version ?? -1) > entry.version ? night : { ...night, context: entry };
    case "controls":
      return (night.controls?.revision ?? -1) > entry.revision ? night : { ...night, controls: entry };
    case "deadLetters":
      return { ...night, deadLetters: entry };
    case "components":
      return {
        ...night,
        components: entry.continued ? [...night.components, ...entry.components] : entry.components,
      };
    case "moment":
      return { ...night, moments: { ...night.moments, [entry.id]: entry } };
    case "crowd":
      return { ...night, crowd: { ...night.crowd, [entry.id]: entry } };
    case "dispatch": {
      const known = night.dispatches[entry.id];
      const keeps = known && known.cohorts.length > entry.cohorts.length;
      return { ...night, dispatches: { ...night.dispatches, [entry.id]: keeps ? known : entry } };
    }
    case "audit": {
      const stage = entry.outcome === "asked" ? "asked" : "became";
      return {
        ...night,
        audit: { ...night.audit, [`${entry.operatorId}#${entry.requestId}#${stage}`]: entry },
      };
    }
  }
}
