// A program's content while it is edited: steps as rows, moved, copied, taken away. Pure; what is right is the
// controller's to say. A place is where a part stands: [2], or [2, 0] within the repeat at [2].
import type { HeatPart, ProgramFile, RepeatPart, StepPart } from "./program-file";

export type Part = StepPart | RepeatPart;
export type Place = readonly number[];

export interface Row {
  place: Place;
  part: Part;
}

export const isRepeat = (part: Part): part is RepeatPart => "repeat" in part;

export const samePlace = (a: Place, b: Place): boolean => a.length === b.length && a.every((one, index) => one === b[index]);

/** All parts from top to bottom, a repeat before what is in it. */
export function rows(parts: readonly Part[], above: Place = []): Row[] {
  return parts.flatMap((part, index) => {
    const place = [...above, index];
    return [{ place, part }, ...(isRepeat(part) ? rows(part.steps, place) : [])];
  });
}

export function partAt(parts: readonly Part[], place: Place): Part | undefined {
  const [first, ...rest] = place;
  const part = parts[first ?? -1];
  if (part === undefined || rest.length === 0) return part;
  return isRepeat(part) ? partAt(part.steps, rest) : undefined;
}

/** The list that a place is in, changed. */
function inList(parts: readonly Part[], place: Place, change: (list: Part[], index: number) => Part[]): Part[] {
  const [first = 0, ...rest] = place;
  if (rest.length === 0) return change([...parts], first);
  return parts.map((part, index) => (index === first && isRepeat(part) ? { ...part, steps: inList(part.steps, rest, change) } : part));
}

function spliced(list: readonly Part[], index: number, without: number, ...more: Part[]): Part[] {
  return [...list.slice(0, index), ...more, ...list.slice(index + without)];
}

/** A repeat with nothing in it is nothing. */
const filled = (parts: Part[]): Part[] =>
  parts.map((part) => (isRepeat(part) ? { ...part, steps: filled(part.steps) } : part)).filter((part) => !isRepeat(part) || part.steps.length > 0);

export const replaced = (parts: readonly Part[], place: Place, part: Part): Part[] =>
  inList(parts, place, (list, index) => spliced(list, index, 1, part));

export const inserted = (parts: readonly Part[], place: Place, ...more: Part[]): Part[] =>
  inList(parts, place, (list, index) => spliced(list, index, 0, ...more));

export const removed = (parts: readonly Part[], place: Place): Part[] =>
  filled(inList(parts, place, (list, index) => spliced(list, index, 1)));

/** The place after this one, in the same list. */
export const after = (place: Place): Place => [...place.slice(0, -1), (place.at(-1) ?? 0) + 1];

/** Where a part would go, one row up or down: past its neighbour, into a repeat beside it, or out of its own. */
function beside(parts: readonly Part[], place: Place, by: 1 | -1): Place | null {
  const above = place.slice(0, -1);
  const at = (place.at(-1) ?? 0) + by;
  const neighbour = partAt(parts, [...above, at]);
  const moves = partAt(parts, place);
  if (neighbour === undefined) return above.length === 0 ? null : by > 0 ? after(above) : above;
  if (!isRepeat(neighbour) || moves === undefined || isRepeat(moves)) return [...above, at];
  // The part itself is gone from above a repeat that it goes down into.
  return by > 0 ? [...above, at - 1, 0] : [...above, at, neighbour.steps.length];
}

/** Moved by a row; null where there is nowhere to go. */
export function moved(parts: readonly Part[], place: Place, by: 1 | -1): Part[] | null {
  const part = partAt(parts, place);
  const to = beside(parts, place, by);
  if (part === undefined || to === null) return null;
  const without = inList(parts, place, (list, index) => spliced(list, index, 1));
  return filled(inserted(without, to, part));
}

/** A step and no more becomes a repeat of itself; a repeat becomes what is in it. */
export const wrapped = (parts: readonly Part[], place: Place): Part[] =>
  inList(parts, place, (list, index) => {
    const part = list[index]!;
    return isRepeat(part) ? spliced(list, index, 1, ...part.steps) : spliced(list, index, 1, { repeat: 2, steps: [part] });
  });

/** A copy in which each step has an id that nothing else has. */
export function copied(parts: readonly Part[], part: Part): Part {
  const taken = new Set(stepIds(parts));
  const copy = (one: Part): Part => {
    if (isRepeat(one)) return { ...one, steps: one.steps.map(copy) };
    const id = freeId(one.id, taken);
    taken.add(id);
    return { ...one, id };
  };
  return structuredClone(copy(part));
}

export const stepIds = (parts: readonly Part[]): string[] => rows(parts).flatMap(({ part }) => (isRepeat(part) ? [] : [part.id]));

const LONGEST_ID = 32;

/** `warm`, or `warm-2` where that is taken. */
export function freeId(wanted: string, taken: ReadonlySet<string>): string {
  const base = wanted.replace(/-\d+$/, "");
  for (let number = 1; ; number += 1) {
    const tail = number === 1 ? "" : `-${number}`;
    const id = base.slice(0, LONGEST_ID - tail.length).replace(/-+$/, "") + tail;
    if (!taken.has(id)) return id;
  }
}

const LETTERS: Record<string, string> = { ä: "ae", ö: "oe", ü: "ue", ß: "ss" };

/** An id made of a title: `Mein Rücken!` is `mein-ruecken`. */
export function idOf(title: string): string {
  const plain = title.toLowerCase().replace(/[äöüß]/g, (letter) => LETTERS[letter] ?? "");
  const words = plain.normalize("NFKD").replace(/[^a-z0-9 -]/g, "").split(/[ -]+/).filter(Boolean);
  return words.join("-").slice(0, LONGEST_ID).replace(/-+$/, "") || "program";
}

/** A number and its unit, as written: `8 min`. What is no number is kept, so that nothing typed is lost. */
export function measured(text: string | null | undefined, unit: string): { value: string; unit: string } {
  const match = /^(.*?) ?(°C\/min|°C|min|s|%|Hz|°)$/.exec(text ?? "");
  return { value: match?.[1] ?? text ?? "", unit: match?.[2] ?? unit };
}

export const quantity = (value: string, unit: string): string => `${value.trim().replace(",", ".")} ${unit}`;

export const isWarm = (wish: HeatPart | "off" | undefined): wish is HeatPart => typeof wish === "object";

/** Where a problem is: at which place, and at which key of it; the place is null for the program as a whole. */
export function whereOf(path: string): { place: Place | null; key: string } {
  let rest = path;
  const place: number[] = [];
  for (let match = /^steps\[(\d+)\]\.?/.exec(rest); match; match = /^steps\[(\d+)\]\.?/.exec(rest)) {
    place.push(Number(match[1]));
    rest = rest.slice(match[0].length);
  }
  return { place: place.length > 0 ? place : null, key: rest };
}

/** Without what says nothing: a key of null is as none. */
export function trimmed(content: ProgramFile): ProgramFile {
  return JSON.parse(JSON.stringify(content, (_key, value: unknown) => (value === null ? undefined : value))) as ProgramFile;
}
