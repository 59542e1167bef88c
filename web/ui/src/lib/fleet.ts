// All pads of the house as the panel lists them, in the order in which somebody wants to look at them. Pure.
import type { FaultState, Reason } from "./messages";

export interface FleetPad {
  id: string;
  name: string;
  controller: string | null;
  online: boolean;
  simulated: boolean;
  firmware_version: string;
  board_id: string;
  /** By name what people call it; empty: nobody named it. */
  zones: Record<string, string>;
  heated_h: number;
  sessions: number;
  faults: FaultState[];
  faults_so_far: Record<string, number>;
  link_errors: number;
  last_seen: string | null;
  problem: Reason | null;
}

export interface FleetController {
  id: string;
  online: boolean;
  version: string | null;
  host: string | null;
  pads: number;
  problems: Reason[];
}

export interface Fleet {
  controllers: FleetController[];
  pads: FleetPad[];
}

export type Standing = "fault" | "away" | "well";

export const standing = (pad: FleetPad): Standing =>
  pad.faults.length > 0 || pad.problem !== null ? "fault" : pad.online ? "well" : "away";

const URGENCY: Standing[] = ["fault", "away", "well"];

/** What needs somebody first, then by name as people sort names: Pad 2 before Pad 10. */
export function inOrder(pads: readonly FleetPad[], language: string): FleetPad[] {
  const names = new Intl.Collator(language, { numeric: true });
  const urgency = (pad: FleetPad): number => URGENCY.indexOf(standing(pad));
  return [...pads].sort((one, other) => urgency(one) - urgency(other) || names.compare(one.name, other.name) || names.compare(one.id, other.id));
}

/** Those of which a name, an id or the controller has the words in it. */
export function found(pads: readonly FleetPad[], words: string): FleetPad[] {
  const wanted = words.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return pads.filter((pad) => {
    const said = [pad.name, pad.id, pad.controller ?? "", ...Object.values(pad.zones)].join(" ").toLocaleLowerCase();
    return wanted.every((word) => said.includes(word));
  });
}

/** Firmware versions with how many pads have each, the commonest first: more than one is worth a look. */
export function versions(pads: readonly FleetPad[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { firmware_version: version } of pads) if (version) counts.set(version, (counts.get(version) ?? 0) + 1);
  return [...counts].sort(([one, a], [other, b]) => b - a || one.localeCompare(other));
}
