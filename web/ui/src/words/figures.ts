// The words of what stands under "Details", in both languages: loaded with it, when somebody opens it.
import type { Language } from "../lib/format";

const english = {
  "again": "Read the safety checklist again",
  "firmware": "Firmware",
  "controller": "Controller",
  "board": "Board",
  "contract": "Contract",
  "dose": "Heat dose, {zone}",
  "dose.value": "{value} equivalent minutes at 43 °C",
  "reading_age": "Age of the reading",
  "jitter": "Loop jitter, 99 of 100",
  "errors": "Link errors, bad frames",
  "refused": "Demands refused",
};

type FigureKey = keyof typeof english;

const german: Record<FigureKey, string> = {
  "again": "Die Checkliste noch einmal lesen",
  "firmware": "Firmware",
  "controller": "Controller",
  "board": "Platine",
  "contract": "Vertrag",
  "dose": "Wärmedosis, {zone}",
  "dose.value": "{value} äquivalente Minuten bei 43 °C",
  "reading_age": "Alter der Messung",
  "jitter": "Schleifen-Jitter, 99 von 100",
  "errors": "Leitungsfehler, verdorbene Rahmen",
  "refused": "Abgelehnte Forderungen",
};

/** The words for a key, with `{zone}` or `{value}` replaced. */
export function figureWord(language: Language, key: FigureKey, value = ""): string {
  return (language === "de" ? german : english)[key].replace(/\{\w+\}/, value);
}
