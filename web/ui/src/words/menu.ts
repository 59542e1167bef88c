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
  "own": "Programs of your own",
  "own.about": "Write, change, copy and open them",
  "checklist": "Who may use heat",
  "checklist.about": "The checklist before first use",
  "persons": "Persons",
  "persons.about": "Who uses the pad; each has a history of their own",
  "phones": "Phones",
  "phones.about": "Pair another, change what it may, revoke it",
  "pad": "The pad",
  "pad.about": "Names, limits, quiet hours, test and calibration",
  "fleet": "All pads",
  "fleet.about": "How each is, its hours, faults, firmware and names",
  "health": "Health and backup",
  "health.about": "Is everything well? Logs, and your data as a file",
  "language": "Language",
  "theme": "Colours",
  "theme.auto": "As the phone",
  "theme.light": "Light",
  "theme.dark": "Dark",
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
  "own": "Eigene Programme",
  "own.about": "Schreiben, ändern, kopieren und öffnen",
  "checklist": "Wer Wärme nutzen darf",
  "checklist.about": "Die Checkliste vor dem ersten Gebrauch",
  "persons": "Personen",
  "persons.about": "Wer das Kissen benutzt; jede hat ihren eigenen Verlauf",
  "phones": "Handys",
  "phones.about": "Weitere koppeln, Rechte ändern, entziehen",
  "pad": "Das Kissen",
  "pad.about": "Namen, Grenzen, Ruhezeiten, Test und Kalibrierung",
  "fleet": "Alle Kissen",
  "fleet.about": "Wie es jedem geht, Stunden, Störungen, Firmware, Namen",
  "health": "Zustand und Sicherung",
  "health.about": "Ist alles in Ordnung? Protokoll und deine Daten als Datei",
  "language": "Sprache",
  "theme": "Farben",
  "theme.auto": "Wie das Handy",
  "theme.light": "Hell",
  "theme.dark": "Dunkel",
};

export const menuWord = (language: Language, key: MenuKey): string => (language === "de" ? german : english)[key];
