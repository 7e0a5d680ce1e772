const mark = '[secret]';

/** Holds a value that must never be printed: every printable form of it is a redaction mark. */
export class Secret<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  /** Hands the value to the one place that needs it. */
  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return mark;
  }

  toJSON(): string {
    return mark;
  }

  get [Symbol.toStringTag](): string {
    return 'Secret';
  }

  /** Node's inspector asks for this symbol; the name is its public contract. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return mark;
  }
}
