/** How long the best candidate loads alone; from then on its stand-ins load beside it. */
export const HEDGE_MS = 400;
/** How long the best candidate is waited for: then the best of those that have loaded takes its place. */
export const PATIENCE_MS = 1_500;

/** Who won, if anybody did, and who ranked above but failed or was late, with the reason. */
export interface Outcome<Candidate, Module> {
  winner: { candidate: Candidate; module: Module } | null;
  passedOver: Map<Candidate, unknown>;
}

/**
 * The best candidate that loads in time; `list` is best first.
 *
 * However many are slow or broken, the wait is one: beyond `HEDGE_MS`, or once the best has failed, all load beside
 * one another, and from `PATIENCE_MS` on the best that is there wins.
 */
export function contest<Candidate, Module>(
  list: Candidate[],
  load: (candidate: Candidate) => Promise<Module>,
): Promise<Outcome<Candidate, Module>> {
  return new Promise((resolve) => {
    const loaded = new Map<Candidate, Module>();
    const failed = new Map<Candidate, unknown>();
    const begun = new Set<Candidate>();
    let late = false;

    const begin = (candidates: Candidate[]): void => {
      for (const candidate of candidates.filter((each) => !begun.has(each))) {
        begun.add(candidate);
        load(candidate)
          .then(
            (module) => loaded.set(candidate, module),
            (error: unknown) => failed.set(candidate, error),
          )
          .then(judge);
      }
    };
    const judge = (): void => {
      if (failed.size > 0) begin(list);
      const inRace = list.filter((each) => !failed.has(each));
      const candidate = inRace.find((each, rank) => loaded.has(each) && (late || rank === 0));
      if (candidate === undefined && inRace.length > 0) return;
      clearTimeout(hedge);
      clearTimeout(patience);
      const above = candidate === undefined ? list : list.slice(0, list.indexOf(candidate));
      resolve({
        winner: candidate === undefined ? null : { candidate, module: loaded.get(candidate) as Module },
        passedOver: new Map(
          above.map((each) => [each, failed.get(each) ?? `it took longer than ${PATIENCE_MS} ms`]),
        ),
      });
    };
    const hedge = setTimeout(() => begin(list), HEDGE_MS);
    const patience = setTimeout(() => {
      late = true;
      judge();
    }, PATIENCE_MS);
    begin(list.slice(0, 1));
  });
}
