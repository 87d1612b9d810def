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
  Night as NightMessage,
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
  /** When each version was first heard of, and when the newest message was sent; in epoch milliseconds, by the server's clock. */
  versionHeardAt: Record<number, number>;
  heardAt: number;
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
  versionHeardAt: {},
  heardAt: 0,
};

/** Return the night with the entries of a message; an entry replaces the one of the same kind and id, unless it is older. */
export function withEntries(
  night: Night,
  { entries, sentAt }: Pick<NightMessage, "entries" | "sentAt">,
): Night {
  const heardAt = Math.max(night.heardAt, Date.parse(sentAt));
  return entries.reduce(withEntry, { ...night, heardAt });
}

function withEntry(night: Night, entry: NightEntry): Night {
  switch (entry.kind) {
    case "match":
      return { ...night, match: entry };
    case "context":
      return {
        ...night,
        context: (night.context?.version ?? -1) > entry.version ? night.context : entry,
        versionHeardAt: { [entry.version]: night.heardAt, ...night.versionHeardAt },
      };
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
