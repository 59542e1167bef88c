// The words of a person's own limits, in both languages: loaded with the sheet of persons.
import type { Language } from "../lib/format";
import type { Person } from "../lib/live";

export type Bounds = Person["ceiling"];

const english = {
  "title": "Limits of {value}:",
  "no": "none besides the pad’s own",
  "why": "They hold at every pad and whoever starts it: page, button or home automation. They can only be lower than the pad’s own. Lower ones hold at once, higher ones from the next session on.",
  "target_max_c": "Warmest at most",
  "session_max_min": "A session lasts at most",
  "massage_max_percent": "Massage at most",
  "target_max_c.value": "{value} °C",
  "session_max_min.value": "{value} min",
  "massage_max_percent.value": "{value} % massage",
  "none": "no massage",
  "open": "As pad and program say",
  "save": "Save limits",
  "saved": "Saved: every pad has it.",
  "waits": "Saved. Not taken yet by: {value}. It is told again by itself; until then the pad’s own limits hold there.",
};

export type CeilingKey = keyof typeof english;

const german: Record<CeilingKey, string> = {
  "title": "Grenzen von {value}:",
  "no": "keine außer denen des Kissens",
  "why": "Sie gelten an jedem Kissen, und wer auch startet: Seite, Knopf oder Smart Home. Sie können nur niedriger sein als die des Kissens. Niedrigere gelten sofort, höhere ab der nächsten Sitzung.",
  "target_max_c": "Höchstens so warm",
  "session_max_min": "Eine Sitzung dauert höchstens",
  "massage_max_percent": "Massage höchstens",
  "target_max_c.value": "{value} °C",
  "session_max_min.value": "{value} min",
  "massage_max_percent.value": "{value} % Massage",
  "none": "keine Massage",
  "open": "Wie Kissen und Programm sagen",
  "save": "Grenzen speichern",
  "saved": "Gespeichert: jedes Kissen weiß es.",
  "waits": "Gespeichert. Noch nicht übernommen von: {value}. Es wird von selbst wiederholt; bis dahin gelten dort die Grenzen des Kissens.",
};

export const ceilingWord = (language: Language, key: CeilingKey, value: string | number = ""): string =>
  (language === "de" ? german : english)[key].replace("{value}", String(value));

/** All of them in a line, as `shown` says each. */
export function inWords(language: Language, bounds: Bounds, shown: (bound: keyof Bounds, value: number) => string): string {
  const set = (Object.entries(bounds) as [keyof Bounds, number | null][]).flatMap(([bound, value]) => (value === null ? [] : [shown(bound, value)]));
  return set.join(" · ") || ceilingWord(language, "no");
}
