/** Keeps values in this object and nowhere else; the part of Storage that Cognito's library uses. */
export class MemoryStorage {
  private readonly values = new Map<string, string>();

  setItem(key: string, value: string): void {
    this.values.set(key, value);
  }

  getItem(key: string): string | null {
    return this.values.get(key) ?? null;
  }

  removeItem(key: string): void {
    this.values.delete(key);
  }

  clear(): void {
    this.values.clear();
  }
}
