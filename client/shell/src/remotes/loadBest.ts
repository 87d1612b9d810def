/** After this time the other candidates load beside the best one. */
export const HEDGE_MS = 400;
/** After this time the best candidate that has loaded is taken. */
export const DEADLINE_MS = 1_500;

/** A candidate had not loaded when another was taken. */
export class LateError extends Error {
  constructor() {
    super(`it took longer than ${DEADLINE_MS} ms`);
  }
}

/** The chosen candidate, if any, and the better ones that failed or were late, with the reason. */
export interface Outcome<Candidate, Module> {
  chosen: { candidate: Candidate; module: Module } | null;
  passedOver: Map<Candidate, unknown>;
}

/**
 * Load the best candidate that loads in time; `list` is ordered best first.
 *
 * All candidates load in parallel after `HEDGE_MS`, or once the best one has failed, so several slow candidates cost
 * one wait. After `DEADLINE_MS` the best one that has loaded is taken.
 */
export function loadBest<Candidate, Module>(
  list: Candidate[],
  load: (candidate: Candidate) => Promise<Module>,
): Promise<Outcome<Candidate, Module>> {
  return new Promise((resolve) => {
    const loaded = new Map<Candidate, Module>();
    const failed = new Map<Candidate, unknown>();
    const started = new Set<Candidate>();
    let late = false;

    const start = (candidates: Candidate[]): void => {
      for (const candidate of candidates.filter((each) => !started.has(each))) {
        started.add(candidate);
        load(candidate)
          .then(
            (module) => loaded.set(candidate, module),
            (error: unknown) => failed.set(candidate, error),
          )
          .then(choose);
      }
    };
    const choose = (): void => {
      if (failed.size > 0) start(list);
      const candidatesLeft = list.filter((each) => !failed.has(each));
      const candidate = candidatesLeft.find((each, rank) => loaded.has(each) && (late || rank === 0));
      if (candidate === undefined && candidatesLeft.length > 0) return;
      clearTimeout(hedge);
      clearTimeout(deadline);
      const above = candidate === undefined ? list : list.slice(0, list.indexOf(candidate));
      resolve({
        chosen: candidate === undefined ? null : { candidate, module: loaded.get(candidate) as Module },
        passedOver: new Map(above.map((each) => [each, failed.get(each) ?? new LateError()])),
      });
    };
    const hedge = setTimeout(() => start(list), HEDGE_MS);
    const deadline = setTimeout(() => {
      late = true;
      choose();
    }, DEADLINE_MS);
    start(list.slice(0, 1));
  });
}
