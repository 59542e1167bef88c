// Keeps one event stream to the panel open, for ever: closes a silent one, opens the next after a growing pause.
// EventSource alone gives up on some errors and cannot notice silence.
import { type LiveMessage, SILENCE_S } from "./live";

export interface Stream {
  addEventListener(type: string, listener: (event: { data?: string }) => void): void;
  close(): void;
}

export interface Surroundings {
  open: () => Stream;
  heard: (message: LiveMessage) => void;
  setTimeout: (run: () => void, ms: number) => number;
  clearTimeout: (id: number | undefined) => void;
}

const KINDS = ["snapshot", "pad", "heartbeat"] as const;
const PAUSES_MS = [200, 500, 1000, 2000, 3000];
const SILENCE_MS = SILENCE_S * 1000;

export class Connection {
  #around: Surroundings;
  #stream: Stream | null = null;
  #timer: number | undefined;
  #failures = 0;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** Opens a stream now, in place of whatever is there. */
  open(): void {
    this.close();
    const stream = this.#around.open();
    this.#stream = stream;
    for (const kind of KINDS) stream.addEventListener(kind, (event) => this.#take(stream, kind, event.data));
    stream.addEventListener("error", () => this.#lost(stream));
    this.#watch(stream);
  }

  /** Ends the stream and waits for nothing any more. */
  close(): void {
    this.#around.clearTimeout(this.#timer);
    this.#stream?.close();
    this.#stream = null;
  }

  #take(stream: Stream, kind: LiveMessage["kind"], text: string | undefined): void {
    if (stream !== this.#stream) return;
    this.#failures = 0;
    this.#watch(stream);
    this.#around.heard({ kind, data: JSON.parse(text ?? "{}") } as LiveMessage);
  }

  #watch(stream: Stream): void {
    this.#around.clearTimeout(this.#timer);
    this.#timer = this.#around.setTimeout(() => this.#lost(stream), SILENCE_MS);
  }

  #lost(stream: Stream): void {
    if (stream !== this.#stream) return;
    this.close();
    const pause = PAUSES_MS[Math.min(this.#failures, PAUSES_MS.length - 1)];
    this.#failures += 1;
    this.#timer = this.#around.setTimeout(() => this.open(), pause ?? 3000);
  }
}
