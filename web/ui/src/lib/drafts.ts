// Programs that were changed and not saved yet: kept on this phone, and offered again.
import type { ProgramFile } from "./program-file";

export interface Draft {
  /** The program that it is made of; `new` for none. */
  of: string;
  content: ProgramFile;
  /** What the controller said of the one saved last; null for a new one. */
  base: string | null;
  /** ISO 8601. */
  at: string;
}

const PREFIX = "poultice.draft.";

export function keep(store: Storage, draft: Draft): void {
  try {
    store.setItem(PREFIX + draft.of, JSON.stringify(draft));
  } catch {
    // storage may be forbidden or full: then a draft lives as long as its sheet
  }
}

export function drop(store: Storage, of: string): void {
  try {
    store.removeItem(PREFIX + of);
  } catch {
    // as above
  }
}

export function found(store: Storage, of: string): Draft | null {
  try {
    const draft = JSON.parse(store.getItem(PREFIX + of) ?? "null") as Draft | null;
    return draft !== null && Array.isArray(draft.content?.steps) ? draft : null;
  } catch {
    return null;
  }
}

/** All of them, the newest first. */
export function all(store: Storage): Draft[] {
  try {
    const ids = Object.keys(store).flatMap((key) => (key.startsWith(PREFIX) ? [key.slice(PREFIX.length)] : []));
    return ids.flatMap((of) => found(store, of) ?? []).sort((a, b) => b.at.localeCompare(a.at));
  } catch {
    return [];
  }
}
