// The words of the exclusion checklist, in both languages: loaded with it, when somebody opens it.
import type { Language } from "../lib/format";

const english = {
  "title": "Before the first use",
  "accept": "All of this is so",
  "accepting": "Saving …",
  "missing": "Please tick every line. If one does not fit, do not use the pad.",
  "accepted": "This was ticked before.",
  "adult": "No baby or small child lies on the pad.",
  "feels": "Whoever lies on it feels heat normally there: no numbness, no nerve damage (from diabetes, for example).",
  "reacts": "They can react and get away by themselves: nothing paralyses or dulls them, no alcohol, no sedatives.",
  "circulation": "They have no circulation disorder.",
  "inflammation": "Nothing there is acutely inflamed: not red, hot or swollen.",
  "wounds": "The skin there is whole: no open wound.",
  "doctor": "Pregnant, or with an implant such as a pacemaker: a doctor was asked. Or neither is so.",
  "awake": "Nobody sleeps on it.",
  "flat": "It lies flat, unfolded, and I can reach its button. That button always stops it.",
  "medical": "Poultice is not a certified or a medical product.",
};

export type ChecklistKey = keyof typeof english;

const german: Record<ChecklistKey, string> = {
  "title": "Vor dem ersten Mal",
  "accept": "All das trifft zu",
  "accepting": "Speichert …",
  "missing": "Bitte jede Zeile abhaken. Passt eine nicht, das Kissen nicht benutzen.",
  "accepted": "Dies wurde schon abgehakt.",
  "adult": "Kein Säugling oder kleines Kind liegt auf dem Kissen.",
  "feels": "Wer darauf liegt, spürt Wärme dort normal: keine Taubheit, kein Nervenschaden (etwa durch Diabetes).",
  "reacts": "Die Person kann reagieren und selbst weg: nichts lähmt oder dämpft sie, kein Alkohol, keine Beruhigungsmittel.",
  "circulation": "Sie hat keine Durchblutungsstörung.",
  "inflammation": "Nichts ist dort akut entzündet: nicht rot, heiß oder geschwollen.",
  "wounds": "Die Haut ist dort heil: keine offene Wunde.",
  "doctor": "Schwanger oder mit Implantat, etwa Herzschrittmacher: ärztlich gefragt. Oder beides trifft nicht zu.",
  "awake": "Niemand schläft darauf.",
  "flat": "Es liegt flach, nicht gefaltet, und ich erreiche seinen Knopf. Der Knopf schaltet immer ab.",
  "medical": "Poultice ist kein geprüftes und kein medizinisches Produkt.",
};

export const checklistWord = (language: Language, key: ChecklistKey): string =>
  (language === "de" ? german : english)[key];
