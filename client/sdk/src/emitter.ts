/** A list of listeners for one kind of value. */
export class Emitter<Value> {
  private readonly listeners = new Set<(value: Value) => void>();

  /** Add a listener; returns a function that removes it. */
  on(listener: (value: Value) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Call every listener. */
  emit(value: Value): void {
    for (const listener of [...this.listeners]) listener(value);
  }
}
