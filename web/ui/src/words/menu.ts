// The words of the menu, in both languages: loaded with it.
import type { Language } from "../lib/format";

const english = {
  "title": "Menu",
  "helped": "What helped",
  "helped.about": "How your pain changed, program by program",
  "coach": "Coach",
  "coach.about": "Breaks, posture, your desk",
  "own": "Programs of your own",
  "own.about": "Write, change, copy and open them",
  "checklist": "Who may use heat",
  "checklist.about": "The checklist before first use",
  "language": "Language",
};

export type MenuKey = keyof typeof english;

const german: Record<MenuKey, string> = {
  "title": "Menü",
  "helped": "Was geholfen hat",
  "helped.about": "Wie sich dein Schmerz verändert hat, je Programm",
  "coach": "Coach",
  "coach.about": "Pausen, Haltung, dein Schreibtisch",
  "own": "Eigene Programme",
  "own.about": "Schreiben, ändern, kopieren und öffnen",
  "checklist": "Wer Wärme nutzen darf",
  "checklist.about": "Die Checkliste vor dem ersten Gebrauch",
  "language": "Sprache",
};

export const menuWord = (language: Language, key: MenuKey): string => (language === "de" ? german : english)[key];
