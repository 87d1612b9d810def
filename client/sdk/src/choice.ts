import type { AudienceMessage, Candidate, Candidates, ShownComponent, Trial } from "./audienceMessage";
import type { Components, Placement } from "./protocol";
import type { Sights } from "./sights";

type Slot = Placement["slot"];

/** How many components of a slot take turns on calm screens. */
const ROTATED_PER_SLOT = 3;
/** How many alternatives each slot has. */
const ALTERNATIVES = 2;
/** Components of a slot that take part in a trial. */
const POOL = 4;

/** A candidate, with its component and the rule that blocks it for this viewer, if one does. */
interface Option {
  index: number;
  candidate: Candidate;
  component: ShownComponent;
  blockedBy: string | undefined;
}

/** A place in the ranking: the rules that refused others above it belong to the place, whoever takes it in turn. */
interface Place {
  option: Option;
  above: string[];
}

interface Placed {
  option: Option;
  rank: number;
  constraints: string[];
}

/**
 * Return the `components` message that a viewer with these sights gets of an audience's message.
 *
 * It is what the server chooses for the same viewer in delivery mode `connections`, as of the time at which the
 * message was sent: `domain/choice.py`, `domain/rotation.py` and `domain/trial.py`, and the cases of
 * `test/choices.json` hold the two together.
 */
export function choose(message: AudienceMessage, sights: Sights): Components {
  const { candidates, conflicts, rotation, components, trial, afterwards, missed, rulesEdition, ...shared } =
    message;
  const now = Date.parse(message.sentAt);
  const screen = new Screen({ candidates, conflicts, rotation }, components, sights, now);
  const calm = afterwards && new Screen(afterwards, components, sights, now);
  return {
    ...shared,
    type: "components",
    ...screen.choice(trial),
    afterwards: calm?.placements() ?? [],
    ...(missed ? { missed: missed.map((each) => choose(each, sights)) } : {}),
  };
}

/** The choice of one screen. */
class Screen {
  private readonly ranking: Place[];
  private readonly placed = new Map<Slot, Placed>();
  /** What was not considered because its slot was taken already. */
  private readonly remaining: Option[] = [];

  constructor(
    private readonly offered: Candidates,
    components: ShownComponent[],
    sights: Sights,
    now: number,
  ) {
    const places = offered.candidates.flatMap((candidate, index): Place[] => {
      const component = components[candidate.component];
      if (!component) return [];
      const blockedBy = blocking(candidate, component, sights, now);
      return [{ option: { index, candidate, component, blockedBy }, above: candidate.above }];
    });
    this.ranking = rotated(places, offered.rotation);
    this.place();
  }

  /** Return the placements and their alternatives, varied by a trial if there is one. */
  choice(trial: Trial | undefined): Pick<Components, "placements" | "alternatives"> {
    const alternatives = this.alternatives();
    if (trial) this.vary(trial);
    const shown = new Set([...this.placed.values()].map(({ option }) => option.component.componentId));
    return {
      placements: this.placements(),
      alternatives: alternatives
        .filter(({ option }) => !trial || (!shown.has(option.component.componentId) && this.fits(option)))
        .map(placement),
    };
  }

  placements(): Placement[] {
    return [...this.placed.values()].map(placement);
  }

  private place(): void {
    const refusedBy = new Map<Slot, string[]>();
    for (const { option, above } of this.ranking) {
      const { slot } = option.component;
      if (this.placed.has(slot)) {
        this.remaining.push(option);
        continue;
      }
      const refused = refusedBy.get(slot) ?? [];
      refusedBy.set(slot, refused);
      refused.push(...above);
      const rule = option.blockedBy ?? this.conflict(option, this.shown());
      if (rule !== undefined) refused.push(rule);
      else this.placed.set(slot, { option, rank: this.placed.size + 1, constraints: [...new Set(refused)] });
    }
  }

  private alternatives(): Placed[] {
    const found: Placed[] = [];
    for (const option of this.remaining) {
      const { slot } = option.component;
      if (found.filter((each) => each.option.component.slot === slot).length === ALTERNATIVES) continue;
      const beside = [...this.shown(), ...found.map((each) => each.option)];
      if (!this.isAllowed(option, beside)) continue;
      found.push({ option, rank: this.placed.size + found.length + 1, constraints: [] });
    }
    return found;
  }

  private vary({ share, draws }: Trial): void {
    for (const [slot, best] of [...this.placed]) {
      const [tries, which] = draws[slot] ?? [1, 0];
      if (tries >= share) continue;
      const pool = this.pool(best.option);
      const option = pool[Math.floor(which * pool.length)] ?? best.option;
      this.placed.set(slot, { ...best, option });
    }
  }

  private pool(best: Option): Option[] {
    const others = this.ranking
      .map(({ option }) => option)
      .filter(
        (option) =>
          option.component.slot === best.component.slot &&
          option.component.componentId !== best.component.componentId &&
          this.fits(option),
      );
    return [best, ...others.slice(0, POOL - 1)];
  }

  private fits(option: Option): boolean {
    return this.isAllowed(option, this.shown());
  }

  private isAllowed(option: Option, beside: Option[]): boolean {
    const others = beside.filter((each) => each.component.slot !== option.component.slot);
    return option.blockedBy === undefined && this.conflict(option, others) === undefined;
  }

  /** Return the first rule that keeps a candidate from being shown beside one of the others. */
  private conflict({ index }: Option, others: Option[]): string | undefined {
    const beside = new Set(others.map((each) => each.index));
    const found = this.offered.conflicts.find(
      ([one, other]) => (one === index && beside.has(other)) || (other === index && beside.has(one)),
    );
    return found?.[2];
  }

  private shown(): Option[] {
    return [...this.placed.values()].map(({ option }) => option);
  }
}

/** Return the first limit that the viewer's sights of a component reach. */
function blocking(
  { limits }: Candidate,
  { componentId }: ShownComponent,
  sights: Sights,
  now: number,
): string | undefined {
  const seen = sights.get(componentId);
  if (!seen) return undefined;
  return limits.find((limit) =>
    "maximum" in limit ? seen.count >= limit.maximum : now - seen.lastAt < limit.seconds * 1_000,
  )?.rule;
}

/** Return the ranking with the best components of each slot that may be shown moved up by `by` places, in turn. */
function rotated(places: Place[], by: number): Place[] {
  if (by === 0) return places;
  const turns = new Map<Slot, number[]>();
  for (const [at, { option }] of places.entries()) {
    const { slot } = option.component;
    const taken = turns.get(slot) ?? [];
    if (taken.length < ROTATED_PER_SLOT && option.blockedBy === undefined) turns.set(slot, [...taken, at]);
  }
  const after = [...places];
  for (const taken of turns.values()) {
    for (const [turn, at] of taken.entries()) {
      const place = places[at];
      const source = places[taken[(turn + by) % taken.length] ?? at];
      if (place && source) after[at] = { option: source.option, above: place.above };
    }
  }
  return after;
}

function placement({ option, rank, constraints }: Placed): Placement {
  const { recommendationId, rung, signature } = option.candidate;
  return { ...option.component, rank, recommendationId, rung, constraints, signature };
}
