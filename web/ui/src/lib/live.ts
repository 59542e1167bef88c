// What the panel says, folded into what the page knows. Pure: the caller brings the time (s, monotonic).
import type { PadHealth, PadInfo, PadState, PromptMessage } from "./messages";

export interface PadEntry {
  controller_online: boolean;
  online: boolean;
  info: PadInfo | null;
  state: PadState | null;
  state_age_s: number | null;
  health: PadHealth | null;
  /** What the coach says that still waits for an answer. */
  prompts?: PromptMessage[];
}

/** An entry as it changes: its info is told where that is news. */
export type PadNews = Omit<PadEntry, "info"> & { id: string; info?: PadInfo | null };

/** A person, and what they are never asked for more of; null: as pad and program say. */
export interface Person {
  id: string;
  name: string;
  ceiling: { target_max_c: number | null; session_max_min: number | null; massage_max_percent: number | null };
}

/** Who this phone is to the panel. */
export interface Me {
  phone: string;
  name: string;
  role: "view" | "use" | "admin";
  /** For whom it asks now, and for whom it may. */
  person: string;
  persons: Person[];
  /** It is the panel's own computer, which needs no pairing. */
  here: boolean;
  /** Whether notes about sessions are kept. */
  notes: boolean;
}

export interface Snapshot {
  time: string;
  broker_connected: boolean;
  /** Null: the panel does not know this phone. */
  me?: Me | null;
  pads: Record<string, PadEntry>;
}

export type LiveMessage =
  | { kind: "snapshot"; data: Snapshot }
  | { kind: "pad"; data: PadNews }
  | { kind: "heartbeat"; data: { broker_connected?: boolean } };

export interface Pad extends PadEntry {
  id: string;
  /** When the state was measured, on the page's clock. */
  stateAt: number | null;
}

export interface House {
  /** When the panel was last heard; null before the first word. */
  heardAt: number | null;
  /** When the whole truth was told last; what came between two such times may be missing. */
  since: number | null;
  brokerConnected: boolean;
  me?: Me | null | undefined;
  pads: Record<string, Pad>;
}

export type Trouble = "panel" | "broker" | "controller" | "pad" | "stale";

/** A value older than this is shown as old. */
export const STALE_S = 3;
/** The panel says something every second; after this long it is gone. */
export const SILENCE_S = 3;

export function emptyHouse(): House {
  return { heardAt: null, since: null, brokerConnected: true, pads: {} };
}

function measuredAt(entry: PadEntry, now: number): number | null {
  return entry.state === null ? null : now - (entry.state_age_s ?? 0);
}

function padFrom(news: PadNews, known: Pad | undefined, now: number): Pad {
  const entry = { info: known?.info ?? null, ...news };
  return { ...entry, stateAt: measuredAt(entry, now) };
}

function padsFromSnapshot(snapshot: Snapshot, now: number): Record<string, Pad> {
  return Object.fromEntries(Object.entries(snapshot.pads).map(([id, e]) => [id, padFrom({ ...e, id }, undefined, now)]));
}

/** The next house; the one given is left as it was. */
export function fold(house: House, message: LiveMessage, now: number): House {
  switch (message.kind) {
    case "snapshot":
      return {
        heardAt: now,
        since: now,
        brokerConnected: message.data.broker_connected,
        me: message.data.me,
        pads: padsFromSnapshot(message.data, now),
      };
    case "pad": {
      const pad = padFrom(message.data, house.pads[message.data.id], now);
      return { ...house, heardAt: now, pads: { ...house.pads, [pad.id]: pad } };
    }
    case "heartbeat":
      return {
        ...house,
        heardAt: now,
        brokerConnected: message.data.broker_connected ?? house.brokerConnected,
      };
  }
}

/** How old the pad's values are, s; null where there are none. */
export function ageOf(pad: Pad | null, now: number): number | null {
  return pad === null || pad.stateAt === null ? null : Math.max(0, now - pad.stateAt);
}

/** The nearest reason why the page may not know what the pad does; null where it knows. */
export function troubleOf(house: House, pad: Pad | null, now: number): Trouble | null {
  if (house.heardAt === null || now - house.heardAt > SILENCE_S) return "panel";
  if (!house.brokerConnected) return "broker";
  if (pad === null) return null;
  if (!pad.controller_online) return "controller";
  if (!pad.online) return "pad";
  const age = ageOf(pad, now);
  return age === null || age > STALE_S ? "stale" : null;
}

/** Whether the board itself reported everything off, with nothing left that could switch it on. */
export function isOff(state: PadState | null): boolean {
  return state !== null && state.outputs_off && state.session === null && state.invitation === null;
}
