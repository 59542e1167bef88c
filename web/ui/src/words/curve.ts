// The words of curves, in both languages: loaded with them.
import type { Language } from "../lib/format";

const english = {
  title: "Curve",
  span: "Time shown",
  asked: "asked",
  limit: "limit {value}",
  words: "Temperature of each zone over the last {span}: {what}.",
  empty: "The curve begins with the first values.",
  course: "Expected and measured",
  expected: "expected",
  pause: "pause",
  "course.words": "Minute {at} of {total}. {what}.",
  "course.zone": "{zone} {measured}, expected {expected}",
  "course.zone.only": "{zone} {measured}",
};

type CurveKey = keyof typeof english;

const german: Record<CurveKey, string> = {
  title: "Verlauf",
  span: "Gezeigte Zeit",
  asked: "verlangt",
  limit: "Grenze {value}",
  words: "Temperatur jeder Zone in den letzten {span}: {what}.",
  empty: "Der Verlauf beginnt mit den ersten Werten.",
  course: "Erwartet und gemessen",
  expected: "erwartet",
  pause: "Pause",
  "course.words": "Minute {at} von {total}. {what}.",
  "course.zone": "{zone} {measured}, erwartet {expected}",
  "course.zone.only": "{zone} {measured}",
};

export function curveWord(language: Language, key: CurveKey, values: Record<string, string | number> = {}): string {
  const words = (language === "de" ? german : english)[key];
  return words.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}
