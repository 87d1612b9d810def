/** Timers that are cleared together. */
export class Timers {
  private readonly running = new Set<ReturnType<typeof setTimeout>>();

  /** Call `act` once after this time, unless the timers are cleared before. */
  after(milliseconds: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.running.delete(timer);
      act();
    }, milliseconds);
    this.running.add(timer);
  }

  /** Clear every timer. */
  clear(): void {
    for (const timer of this.running) clearTimeout(timer);
    this.running.clear();
  }
}
