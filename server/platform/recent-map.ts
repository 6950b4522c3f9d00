/**
 * What was set lately: at most twice `generation` entries, forgotten a generation at a time, which costs half of what an LRU does.
 * With `maxAgeMs` nothing stays longer than that, however little is set.
 */
export class RecentMap<K, V> {
  #young = new Map<K, V>();
  #old = new Map<K, V>();
  #timer: NodeJS.Timeout | undefined;
  readonly #generation: number;
  readonly #maxAgeMs: number | undefined;

  constructor(options: { generation: number; maxAgeMs?: number }) {
    this.#generation = options.generation;
    this.#maxAgeMs = options.maxAgeMs;
  }

  get(key: K): V | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  set(key: K, value: V): void {
    if (this.#young.size >= this.#generation) this.#turn();
    this.#young.set(key, value);
    if (this.#maxAgeMs !== undefined) this.#timer ??= setInterval(() => this.#age(), this.#maxAgeMs / 2).unref();
  }

  #turn(): void {
    this.#old = this.#young;
    this.#young = new Map();
  }

  #age(): void {
    this.#turn();
    if (this.#old.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
