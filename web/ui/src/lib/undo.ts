// What was, to go back to it; each value is whole. Pure: the caller brings the time (s).
const TOGETHER_S = 1.2;
const MOST = 100;

export interface Changes<Value> {
  now: Value;
  past: readonly Value[];
  future: readonly Value[];
  /** What was changed last and when: letters typed into one field are one change. */
  last: { what: string; at: number } | null;
}

export const begun = <Value>(now: Value): Changes<Value> => ({ now, past: [], future: [], last: null });

export function changed<Value>(changes: Changes<Value>, now: Value, what: string, at: number): Changes<Value> {
  const same = changes.last?.what === what && at - changes.last.at < TOGETHER_S;
  const past = same ? changes.past : [...changes.past.slice(1 - MOST), changes.now];
  return { now, past, future: [], last: { what, at } };
}

export function undone<Value>({ now, past, future }: Changes<Value>): Changes<Value> {
  if (past.length === 0) return { now, past, future, last: null };
  return { now: past.at(-1)!, past: past.slice(0, -1), future: [now, ...future], last: null };
}

export function redone<Value>({ now, past, future }: Changes<Value>): Changes<Value> {
  const [next, ...rest] = future;
  return next === undefined ? { now, past, future, last: null } : { now: next, past: [...past, now], future: rest, last: null };
}
