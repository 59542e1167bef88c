// What the panel recorded of the pad that is shown: asked for once and after each new connection, and continued here
// by every state that is heard since. Called while a part is made.
import { untrack } from "svelte";
import type { PadState } from "./messages";
import { page } from "./page.svelte";
import { ANSWER_WITHIN_MS, padPath } from "./requests";

const AGAIN_MS = 2000;

async function ask<Told>(path: string): Promise<Told | null> {
  try {
    const response = await fetch(path, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    return response.ok ? ((await response.json()) as Told) : null;
  } catch {
    return null; // asked again
  }
}

export interface How<Told, Kept> {
  from: (told: Told, now: number) => Kept;
  /** Continued by a state that was measured at `at`. */
  grow: (kept: Kept, at: number, state: PadState) => Kept;
  /** Whether there may soon be more to ask for. */
  lacks?: (kept: Kept) => boolean;
  /** What begins with each new one of these is asked for anew. */
  key?: () => unknown;
}

export function recorded<Told, Kept>(what: "curve" | "course", how: How<Told, Kept>): { readonly kept: Kept | null } {
  let kept = $state.raw<Kept | null>(null);
  const pad = $derived(page.pad?.id ?? null);
  const since = $derived(page.house.since);
  const key = $derived(how.key?.());

  $effect(() => {
    void pad;
    return () => (kept = null);
  });

  $effect(() => {
    const of = pad;
    void since;
    void key;
    if (of === null) return;
    let timer = 0;
    let over = false;
    const load = async () => {
      const told = await ask<Told>(padPath(of, what));
      if (over) return;
      if (told) kept = how.from(told, performance.now() / 1000);
      if (!kept || how.lacks?.(kept)) timer = window.setTimeout(load, AGAIN_MS);
    };
    void load();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  });

  $effect(() => {
    const at = page.pad?.stateAt ?? null;
    const state = page.state;
    untrack(() => {
      if (kept && at !== null && state) kept = how.grow(kept, at, state);
    });
  });

  return {
    get kept() {
      return kept;
    },
  };
}
