/** Those who listen for one kind of news. */
export class Emitter<News> {
  private readonly listeners = new Set<(news: News) => void>();

  /** Listen; the answer stops listening. */
  on(listener: (news: News) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Tell everybody. */
  emit(news: News): void {
    for (const listener of [...this.listeners]) listener(news);
  }
}
