const VISIBLE_SHARE = 0.5;
const VISIBLE_MS = 1_000;

interface Watched {
  seen: () => void;
  timer?: ReturnType<typeof setTimeout>;
}

/**
 * Tells of each element once when it was truly seen: half of it in view for a second, in a tab that was visible
 * (the viewable impression of the Media Rating Council).
 */
export class ImpressionWatcher {
  private readonly watched = new Map<Element, Watched>();
  private readonly observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) this.moved(entry);
    },
    { threshold: [0, VISIBLE_SHARE] },
  );

  /** Watch an element until it was seen; the answer stops watching. */
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

  private moved(entry: IntersectionObserverEntry): void {
    const watched = this.watched.get(entry.target);
    if (!watched) return;
    clearTimeout(watched.timer);
    if (entry.isIntersecting && entry.intersectionRatio >= VISIBLE_SHARE) this.begin(entry.target, watched);
  }

  private begin(element: Element, watched: Watched): void {
    watched.timer = setTimeout(() => {
      if (document.visibilityState !== "visible") {
        this.begin(element, watched);
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
