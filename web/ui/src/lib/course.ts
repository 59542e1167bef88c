// A session's course beside what was expected of it: real minutes from its beginning, so that a pause has its length and
// what is expected goes on from where the program is. Pure; times s on the page's clock.
import type { ZoneCurve } from "./curve";
import { fromTheTop } from "./program";
import type { PadState } from "./messages";
import type { Line, Stretch } from "./plot";

export interface ForeseenZone {
  temperature_c: number[];
  low_c: number[];
  high_c: number[];
}

export interface Expected {
  t_s: number[];
  zones: Record<string, ForeseenZone>;
}

/** As the panel tells it; `t` s before now, `at` s on the program's timeline, null while nothing plays. */
export interface Course {
  session: string;
  program: string;
  t: number[];
  at: (number | null)[];
  zones: Record<string, ZoneCurve>;
  expected: Expected | null;
}

const APART_S = 1.9; // as the panel keeps them

export function fromTold(told: Course, now: number): Course {
  return { ...told, t: told.t.map((before) => now - before) };
}

/** With one more sample, of the same session or of cooling down after it. */
export function grown(course: Course, at: number, state: PadState): Course {
  const { session, phase } = state;
  const last = course.t.at(-1);
  const after = session === null && /cooling|ended/.test(phase) && course.t.length > 0;
  if (!(session?.id === course.session || after) || (last !== undefined && at - last < APART_S)) return course;
  const zones: Record<string, ZoneCurve> = {};
  for (const [name, zone] of Object.entries(state.zones)) {
    const known = course.zones[name] ?? { temperature: course.t.map(() => null), target: course.t.map(() => null) };
    zones[name] = { temperature: [...known.temperature, zone.temperature], target: [...known.target, zone.target] };
  }
  const place = session && phase !== "paused" ? session.elapsed_s : null;
  return { ...course, t: [...course.t, at], at: [...course.at, place], zones };
}

/** The zones that the program warms. */
export function zonesOf(course: Course): string[] {
  const warmed = Object.entries(course.zones).filter(([, zone]) => zone.target.some((target) => target !== null));
  return fromTheTop(course.expected ? Object.keys(course.expected.zones) : warmed.map(([name]) => name));
}

/** When the program began, had it run without a pause until it was first seen. */
export function begunAt(course: Course): number {
  return (course.t[0] ?? 0) - (course.at[0] ?? 0);
}

/** A column of the expected at a place of the program; null beyond its ends. */
export function expectedAt(expected: Expected, column: readonly number[], place: number | null): number | null {
  if (place === null) return null;
  const after = expected.t_s.findIndex((t) => t >= place);
  const before = Math.max(0, after - 1);
  const [from, to] = [expected.t_s[before], expected.t_s[after]];
  const [low, high] = [column[before], column[after]];
  if (from === undefined || to === undefined || low === undefined || high === undefined) return null;
  return to === from ? high : low + ((high - low) * (place - from)) / (to - from);
}

const PARTS = ["temperature_c", "low_c", "high_c"] as const;

/** A zone's number among all that the pad has, so that it looks here as it does elsewhere. */
export const numberOf = (course: Course, name: string): number => fromTheTop(Object.keys(course.zones)).indexOf(name);

/** The lines of `columns`, zone by zone. */
export function linesOf(course: Course, zones: readonly string[]): Line[] {
  return zones.flatMap((name): Line[] => {
    const zone = numberOf(course, name);
    const foreseen: Line[] = [{ zone, kind: "expected" }, { zone, kind: "low" }, { zone, kind: "high" }];
    return course.expected ? [...foreseen, { zone, kind: "measured" }] : [{ zone, kind: "measured" }];
  });
}

type Column = (number | null)[];

/** Minutes, then for each line what it was until now and what is expected from now on, `place` s into the program (null:
 * it is over). */
export function columns(course: Course, zones: readonly string[], now: number, place: number | null): Column[] {
  const begun = begunAt(course);
  const { expected } = course;
  const ahead = expected && place !== null ? expected.t_s.map((t, index) => ({ t, index })).filter(({ t }) => t > place) : [];
  const minutes = [...course.t.map((t) => (t - begun) / 60), ...ahead.map(({ t }) => (now - begun + t - place!) / 60)];
  const ofZone = (name: string): Column[] => {
    const measured: Column = [...(course.zones[name]?.temperature ?? course.t.map(() => null)), ...ahead.map(() => null)];
    const foreseen = expected?.zones[name];
    if (!expected || !foreseen) return [measured];
    const each = PARTS.map((part): Column => [
      ...course.at.map((at) => expectedAt(expected, foreseen[part], at)),
      ...ahead.map(({ index }) => foreseen[part][index] ?? null),
    ]);
    return [...each, measured];
  };
  return [minutes, ...zones.flatMap(ofZone)];
}

/** Where nothing played while the session was there, in minutes; `on`: it is there still, so that its end may be one. */
export function pauses(course: Course, on: boolean): Stretch[] {
  const begun = begunAt(course);
  const played = course.at.reduce<number>((found, at, index) => (at === null ? found : index), -1);
  const last = on ? course.t.length - 1 : played;
  const found: Stretch[] = [];
  for (let index = 1; index <= last; index += 1) {
    const minute = (course.t[index]! - begun) / 60;
    const pausedBefore = course.at[index - 1] === null;
    if (pausedBefore && found.length > 0) found.at(-1)!.to = minute;
    if (course.at[index] === null && !pausedBefore) found.push({ from: minute, to: minute, lit: true });
  }
  return found;
}
