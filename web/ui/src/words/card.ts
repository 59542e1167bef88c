// The words of one's own cards in the program editor, in both languages: loaded with it.
import type { Language } from "../lib/format";

const english = {
  "own": "A card of your own",
  "new": "A new card of your own …",
  "title": "What it is called",
  "text": "What to do",
  "caution": "What to be careful about",
  "kind": "What it is",
  "kind.ergonomics": "a hint",
  "kind.stretch": "stretching",
  "kind.strength": "strength",
  "kind.posture": "posture",
  "kind.breath": "breath",
  "hold": "How long to hold",
  "repetitions": "How often",
  "none": "–",
  "drawing": "Drawing",
  "drawing.none": "no drawing",
  "other": "In German, too",
  "en": "English",
  "de": "German",
  "remove": "Take this card away",
  "new.title": "My card",
  "new.text": "Write here what to do.",
  "new.caution": "Only as far as it feels good.",
};

export type CardKey = keyof typeof english;

const german: Record<CardKey, string> = {
  "own": "Eine eigene Karte",
  "new": "Eine neue eigene Karte …",
  "title": "Wie sie heißt",
  "text": "Was zu tun ist",
  "caution": "Worauf man achten soll",
  "kind": "Was es ist",
  "kind.ergonomics": "ein Hinweis",
  "kind.stretch": "Dehnen",
  "kind.strength": "Kraft",
  "kind.posture": "Haltung",
  "kind.breath": "Atem",
  "hold": "Wie lange halten",
  "repetitions": "Wie oft",
  "none": "–",
  "drawing": "Zeichnung",
  "drawing.none": "keine Zeichnung",
  "other": "Auch auf Englisch",
  "en": "Englisch",
  "de": "Deutsch",
  "remove": "Diese Karte wegnehmen",
  "new.title": "Meine Karte",
  "new.text": "Schreib hier, was zu tun ist.",
  "new.caution": "Nur so weit, wie es guttut.",
};

export const cardWord = (language: Language, key: CardKey): string => (language === "de" ? german : english)[key];
