// Two quick taps on "warmer" mean a whole degree, though the pad has reported only the first: the last value that the
// pad itself applied is the base of the next step, until its state shows it.
const HOLDS_S = 3;

export class Wish {
  #applied: number | null = null;
  #at = 0;

  /** The value that the next step goes out from. */
  base(asked: number, now: number): number {
    const holds = this.#applied !== null && now - this.#at < HOLDS_S && this.#applied !== asked;
    return holds ? this.#applied! : asked;
  }

  /** The pad's answer to a step. */
  took(applied: unknown, now: number): void {
    this.#applied = typeof applied === "number" ? applied : null;
    this.#at = now;
  }
}
