const VISIBLE_SHARE = 0.5;
const VISIBLE_MS = 1_000;

interface Watched {
  seen: () => void;
  timer?: ReturnType<typeof setTimeout>;
}

/**
 * Reports each element once when it was viewed: at least half of it in view for one second in a visible tab, the
 * viewable impression of the Media Rating Council.
 */
export class ImpressionWatcher {
  private readonly watched = new Map<Element, Watched>();
  private readonly observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) this.update(entry);
    },
    { threshold: [0, VISIBLE_SHARE] },
  );

  /** Watch an element and call `seen` once; returns a function that stops watching. */
  watch(element: Element, seen: () => void): () => void {
    this.watched.set(element, { seen });
    this.observer.observe(element);
    return () => this.forget(element);
  }

  /** Stop watching everything. */
  stop(): void {
    for (const element of [...this.watched.keys()]) this.forget(element);
    this.observer.disconnect();
  }

  private update(entry: IntersectionObserverEntry): void {
    const watched = this.watched.get(entry.target);
    if (!watched) return;
    clearTimeout(watched.timer);
    if (entry.isIntersecting && entry.intersectionRatio >= VISIBLE_SHARE)
      this.startTimer(entry.target, watched);
  }

  private startTimer(element: Element, watched: Watched): void {
    watched.timer = setTimeout(() => {
      if (document.visibilityState !== "visible") {
        this.startTimer(element, watched);
        return;
      }
      this.forget(element);
      watched.seen();
    }, VISIBLE_MS);
  }

  private forget(element: Element): void {
    clearTimeout(this.watched.get(element)?.timer);
    this.watched.delete(element);
    this.observer.unobserve(element);
  }
}
