// A set of functions that want to hear of one thing.
// It must never call a listener that was added or removed while it is calling.

export class Listeners<Value = void> {
  readonly #all = new Set<(value: Value) => void>();

  add(listener: (value: Value) => void): void {
    this.#all.add(listener);
  }

  tell(value: Value): void {
    for (const listener of [...this.#all]) listener(value);
  }
}
