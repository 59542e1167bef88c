// The words of the menu, in both languages: loaded with it.
import type { Language } from "../lib/format";

const english = {
  "title": "Menu",
  "history": "History",
  "history.about": "Sessions, pain and heat; export and report",
  "helped": "What helped",
  "helped.about": "How your pain changed, program by program",
  "coach": "Coach",
  "coach.about": "Breaks, posture, your desk",
  "checklist": "Who may use heat",
  "checklist.about": "The checklist before first use",
  "language": "Language",
};

export type MenuKey = keyof typeof english;

const german: Record<MenuKey, string> = {
  "title": "Menü",
  "history": "Verlauf",
  "history.about": "Sitzungen, Schmerz und Wärme; Export und Bericht",
  "helped": "Was geholfen hat",
  "helped.about": "Wie sich dein Schmerz verändert hat, je Programm",
  "coach": "Coach",
  "coach.about": "Pausen, Haltung, dein Schreibtisch",
  "checklist": "Wer Wärme nutzen darf",
  "checklist.about": "Die Checkliste vor dem ersten Gebrauch",
  "language": "Sprache",
};

export const menuWord = (language: Language, key: MenuKey): string => (language === "de" ? german : english)[key];
