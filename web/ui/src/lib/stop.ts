// STOP: sent at once, tried again, and never called done before the board has said that everything is off.
import { type Fetch, padPath, post } from "./requests";

export type StopView =
  | { phase: "ready" }
  | { phase: "stopping" }
  | { phase: "confirmed" }
  | { phase: "unconfirmed"; trying: boolean };

export interface StopAnswer {
  confirmed_off: boolean;
}

export const STOP_WITHIN_MS = 3000;
export const STOP_TRIES = 5;
const BETWEEN_MS = 300;

export interface StopTools {
  fetch: Fetch;
  wait: (ms: number) => Promise<void>;
  show: (view: StopView) => void;
  /** False as soon as a later tap or the board's own report took over. */
  current: () => boolean;
}

async function stopOne(fetch: Fetch, pad: string): Promise<boolean> {
  const path = padPath(pad, "requests/stop");
  const outcome = await post<StopAnswer>(fetch, path, { args: {} }, STOP_WITHIN_MS);
  return outcome.kind === "answer" && outcome.answer.confirmed_off;
}

/** One round: every pad at the same time; true where all of them are off. None known is not off. */
async function round(fetch: Fetch, pads: string[]): Promise<boolean> {
  const answers = await Promise.all(pads.map((pad) => stopOne(fetch, pad)));
  return answers.length > 0 && answers.every(Boolean);
}

/** Stops these pads. The first try that fails is said loudly at once; the others go on behind it. */
export async function stop(pads: string[], tools: StopTools): Promise<void> {
  tools.show({ phase: "stopping" });
  for (let tried = 1; tried <= STOP_TRIES; tried += 1) {
    const off = await round(tools.fetch, pads);
    if (!tools.current()) return;
    if (off) return tools.show({ phase: "confirmed" });
    tools.show({ phase: "unconfirmed", trying: tried < STOP_TRIES });
    if (tried < STOP_TRIES) await tools.wait(BETWEEN_MS);
    if (!tools.current()) return;
  }
}
