// The words of cards and questions, in both languages: loaded with them, when a session first shows one.
import type { Language } from "../lib/format";

const english = {
  "large": "Show it large",
  "count": "Count down",
  "sound.on": "Sound is on",
  "sound.off": "Sound is off",
  "card.none": "No card now",
  "card.none.help": "The session goes on. Close this to see it.",
  "next": "Next",
  "next.label": "Done: next step",
  "hold": "{n} hold",
  "times": "{n} ×",
  "sets": "{n} sets",
  "sides": "each side",
  "left": "{time} left at most",
  "caution": "Careful:",
  "waits": "Take your time",
  "comfort": "How does it feel?",
  "less": "Less",
  "fine": "Fine",
  "more": "More",
  "pain": "How much does it hurt now?",
  "pain.where": "Where",
  "pain.none": "0: not at all",
  "pain.worst": "10: worst imaginable",
  "note": "Anything to note?",
  "send": "Note it",
  "awake": "Still awake?",
  "awake.yes": "I am awake",
  "press": "Press the pad's button",
  "offer": "A session was cut off",
  "offer.start": "Start the rest of it",
  "offer.no": "Not any more",
};

type GuideKey = keyof typeof english;

const german: Record<GuideKey, string> = {
  "large": "Groß zeigen",
  "count": "Herunterzählen",
  "sound.on": "Der Ton ist an",
  "sound.off": "Der Ton ist aus",
  "card.none": "Gerade keine Karte",
  "card.none.help": "Die Sitzung läuft weiter. Schließ dies, um sie zu sehen.",
  "next": "Weiter",
  "next.label": "Fertig: nächster Schritt",
  "hold": "{n} halten",
  "times": "{n} ×",
  "sets": "{n} Sätze",
  "sides": "jede Seite",
  "left": "höchstens noch {time}",
  "caution": "Vorsicht:",
  "waits": "Lass dir Zeit",
  "comfort": "Wie fühlt es sich an?",
  "less": "Weniger",
  "fine": "Gut so",
  "more": "Mehr",
  "pain": "Wie sehr tut es jetzt weh?",
  "pain.where": "Wo",
  "pain.none": "0: gar nicht",
  "pain.worst": "10: schlimmer geht nicht",
  "note": "Etwas zu notieren?",
  "send": "Notieren",
  "awake": "Noch wach?",
  "awake.yes": "Ich bin wach",
  "press": "Drück den Knopf am Kissen",
  "offer": "Eine Sitzung wurde unterbrochen",
  "offer.start": "Den Rest starten",
  "offer.no": "Nicht mehr",
};

/** The sentence for a key, with `{n}` or `{time}` replaced. */
export function guideWord(language: Language, key: GuideKey, value: string | number = ""): string {
  return (language === "de" ? german : english)[key].replace(/\{\w+\}/, String(value));
}
