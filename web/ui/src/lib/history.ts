// History: asked of the panel, and counted in days and months. Loaded with its sheets.
import { type Language, short } from "./format";
import type { PainOf, SessionBrief } from "./history-shapes";
import type { Reason } from "./messages";
import type { Fetch } from "./requests";

/** A year of sessions on a small computer that is busy. */
const WITHIN_MS = 12_000;

export type Found<Answer> = { ok: true; answer: Answer } | { ok: false; reason: Reason | null };

async function asked<Answer>(fetch: Fetch, rest: string, init: RequestInit): Promise<Found<Answer>> {
  try {
    const response = await fetch(`api/history/${rest}`, { ...init, signal: AbortSignal.timeout(WITHIN_MS) });
    const body = (await response.json()) as Answer & { reason?: Reason };
    return response.ok ? { ok: true, answer: body } : { ok: false, reason: body.reason ?? null };
  } catch {
    return { ok: false, reason: null };
  }
}

export const read = <Answer>(fetch: Fetch, rest: string): Promise<Found<Answer>> => asked(fetch, rest, {});

export const write = <Answer>(fetch: Fetch, rest: string, body: object): Promise<Found<Answer>> =>
  asked(fetch, rest, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

/** Noon of a day: far from midnight in every zone, so that no clock change makes another day of it. */
const noon = (day: string): Date => new Date(`${day}T12:00`);

const twoDigits = (value: number): string => String(value).padStart(2, "0");

export const dayOf = (date: Date): string => `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`;

export const monthOf = (day: string): string => day.slice(0, 7);

export function daysBefore(day: string, days: number): string {
  const date = noon(day);
  date.setDate(date.getDate() - days);
  return dayOf(date);
}

/** The month so many months later. */
export function shifted(month: string, by: number): string {
  const date = noon(`${month}-01`);
  date.setMonth(date.getMonth() + by);
  return monthOf(dayOf(date));
}

/** The days of a month in weeks from Monday on, null before its first and after its last. */
export function weeksOf(month: string): (string | null)[][] {
  const first = noon(`${month}-01`);
  const days = new Date(first.getFullYear(), first.getMonth() + 1, 0).getDate();
  const before = (first.getDay() + 6) % 7;
  const cells = Array.from({ length: Math.ceil((before + days) / 7) * 7 }, (_, index) => {
    const number = index - before + 1;
    return number < 1 || number > days ? null : `${month}-${twoDigits(number)}`;
  });
  return Array.from({ length: cells.length / 7 }, (_, week) => cells.slice(week * 7, week * 7 + 7));
}

/** `Mo`, `Tu`, … from Monday on. */
export function weekdays(language: Language): string[] {
  return Array.from({ length: 7 }, (_, index) => noon(`2024-01-0${index + 1}`).toLocaleDateString(language, { weekday: "short" }).slice(0, 2));
}

export const monthName = (month: string, language: Language): string =>
  noon(`${month}-01`).toLocaleDateString(language, { month: "long", year: "numeric" });

export const dayName = (day: string, language: Language): string =>
  noon(day).toLocaleDateString(language, { weekday: "short", day: "numeric", month: "short" });

export const fullDay = (day: string, language: Language): string =>
  noon(day).toLocaleDateString(language, { day: "numeric", month: "long", year: "numeric" });

/** The time of day on the wall where the session was. */
export const timeOf = (began: string): string => began.slice(11, 16);

/** Scores as a person reads them; a dash where nothing was said. */
export const score = (value: number | null, language: Language): string => (value === null ? "–" : short(value, language));

/** The region of a session whose pain is told in one line: the one with both answers that hurt most, else the first. */
export function foremost(session: Pick<SessionBrief, "pain">): PainOf | null {
  const rank = (pain: PainOf): number => (pain.before !== null && pain.after !== null ? 100 : 0) + (pain.before ?? pain.after ?? 0);
  return [...session.pain].sort((a, b) => rank(b) - rank(a))[0] ?? null;
}

/** A line over evenly spread columns of a chart from 0 to `most`, in a box of 100 by 100; gaps where nothing is known. */
export function lineOf(values: (number | null)[], at: number[], most: number): string {
  let open = false;
  return values
    .map((value, index) => {
      if (value === null) return "";
      const step = `${open ? "L" : "M"}${(at[index] ?? 0).toFixed(2)} ${(100 - (100 * value) / most).toFixed(2)}`;
      open = true;
      return values.filter((one) => one !== null).length === 1 ? `${step}h0.01` : step;
    })
    .join("");
}

/** Where each day lies between two others, in percent. */
export function placesOf(days: string[], since: string, until: string): number[] {
  const [from, to] = [noon(since).getTime(), noon(until).getTime()];
  return days.map((day) => Math.min(100, Math.max(0, (100 * (noon(day).getTime() - from)) / Math.max(1, to - from))));
}
