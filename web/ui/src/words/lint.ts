// What is wrong with a program, in the person's language. The controller says it in English; here is the German of each
// of its sentences, found by how it is written: `{}` stands for what changes from case to case.
import type { Problem } from "../lib/editing";
import type { Language } from "../lib/format";

type Pair = readonly [english: string, german: string];

const PAIRS: readonly Pair[] = [
  ["{} steps after repeating", "{0} Schritte, wenn alles wiederholt ist"],
  ["stay within {}: repeat less often", "bleib bei höchstens {0}: wiederhole seltener"],
  ["the id {} is already that of line {}", "die Kennung {0} hat schon Zeile {1}"],
  ["give each step its own", "gib jedem Schritt eine eigene"],
  ["{} is heated but not required", "{0} wird gewärmt, steht aber nicht unter requires"],
  ["{} is massaged but not required", "{0} wird massiert, steht aber nicht unter requires"],
  ["{} runs but is not required", "{0} läuft, steht aber nicht unter requires"],
  ["add {} to requires.{}", "ergänze {0} bei requires.{1}"],
  ["nothing to do", "nichts zu tun"],
  ["write off, or fade and ask", "schalte aus, oder lass ausklingen und frag"],
  ["the steps take {} min, longer than max_total", "die Schritte dauern {0} min, länger als eine Sitzung"],
  ["write {} min or shorten the steps", "kürze die Schritte"],
  ["heat or massage is on while it waits for the press", "Wärme oder Massage ist an, während es auf den Knopf wartet"],
  ["give the press a step of its own", "gib dem Knopf einen eigenen Schritt"],
  ["this pad has no motor at {}", "dieses Kissen hat dort keinen Motor ({0})"],
  ["name another region, or motors", "wähle eine andere Stelle oder Motoren"],
  ["this pad has no {}", "dieses Kissen hat kein {0}"],
  ["it has {}", "es hat {0}"],
  ["{} °C is beyond the limit that is set", "{0} °C liegen über der eingestellten Grenze"],
  ["write {} to {} °C", "schreib {0} bis {1} °C"],
  ["{} % is too weak to turn a motor", "{0} % sind zu schwach für einen Motor"],
  ["write {} % or more", "schreib {0} % oder mehr"],
  ["the steps take {} min", "die Schritte dauern {0} min"],
  ["a session lasts at most {} min: shorten them", "eine Sitzung dauert höchstens {0} min: kürze sie"],
  ["more than {} °C for {} min", "mehr als {0} °C für {1} min"],
  ["stay within {} min", "bleib bei höchstens {0} min"],
  ["a thermal dose of {} in all: at {} min the dose limit would end this", "eine Wärmedosis von {0} im Ganzen: nach {1} min würde die Grenze es beenden"],
  ["a thermal dose of {} in all", "eine Wärmedosis von {0} im Ganzen"],
  ["stay within {}: less warm or shorter", "bleib bei höchstens {0}: weniger warm oder kürzer"],
  ["{} min without heat before it", "{0} min ohne Wärme davor"],
  [
    "the pad stays armed without heat for {} s here: heat earlier, or put a step with wait: press before it",
    "das Kissen bleibt ohne Wärme hier {0} s scharf: wärme früher, oder setz einen Schritt davor, der auf den Knopf wartet",
  ],
  ["{} runs {} min without a rest of {} min", "{0} läuft {1} min ohne eine Pause von {2} min"],
  ["there is no card {}", "es gibt keine Karte {0}"],
  ["there is no drawing {}", "es gibt keine Zeichnung {0}"],
  ["name a shipped card", "nimm die einer mitgelieferten Karte"],
  ["did you mean {}?", "meintest du {0}?"],
  ["write it under cards, or name a shipped one", "schreib sie unter cards, oder nimm eine mitgelieferte"],
  ["the file has {} bytes", "die Datei hat {0} Bytes"],
  ["a program has at most {}: shorten it", "ein Programm hat höchstens {0}: kürze es"],
  ["a tab character", "ein Tabulator"],
  ["use spaces", "nimm Leerzeichen"],
  ["not YAML: {}", "kein YAML: {0}"],
  ["correct this line or the one before it", "verbessere diese Zeile oder die davor"],
  ["nested too deeply", "zu tief geschachtelt"],
  ["nest at most {} levels", "schachtle höchstens {0} Stufen"],
  ["a key that is no word", "ein Schlüssel, der kein Wort ist"],
  ["write a word before the colon", "schreib ein Wort vor den Doppelpunkt"],
  ["this key stands here twice", "dieser Schlüssel steht hier zweimal"],
  ["keep one", "behalte einen"],
  ["the alias {}", "der Verweis {0}"],
  ["write the value out", "schreib den Wert aus"],
  ["the anchor {}", "der Anker {0}"],
  ["write each value where it belongs", "schreib jeden Wert dorthin, wo er hingehört"],
  ["the tag {}", "die Markierung {0}"],
  ["leave the tag out", "lass die Markierung weg"],
  ["a %TAG line", "eine %TAG-Zeile"],
  ["leave it out", "lass sie weg"],
  ["no program", "kein Programm"],
  ['begin with "schema: poultice-program/1"', "beginne mit „schema: poultice-program/1“"],
  ["{} does not fit here", "{0} passt hier nicht"],
  ["this is missing", "das fehlt"],
  ["add {}", "ergänze {0}"],
  ["unknown key", "unbekannter Schlüssel"],
  ["known here: {}", "bekannt sind hier: {0}"],
  ["{} is not known here", "{0} ist hier nicht bekannt"],
  ["{} is not a name", "{0} ist kein Name"],
  ["use lower-case letters, digits and hyphens", "nimm kleine Buchstaben, Ziffern und Bindestriche"],
  ["a text of the wrong length", "ein Text falscher Länge"],
  ["write at least {} characters", "schreib mindestens {0} Zeichen"],
  ["write at most {} characters", "schreib höchstens {0} Zeichen"],
  ["write a number of {} or more", "schreib eine Zahl ab {0}"],
  ["write a number of {} or less", "schreib eine Zahl bis {0}"],
  ["{} is out of range", "{0} liegt außerhalb"],
  ["{} is not a quantity in {}", "{0} ist keine Angabe in {1}"],
  ['write it like "{}"', "schreib es wie „{0}“"],
  ["write {} to {} {}", "schreib {0} bis {1} {2}"],
  ["nothing stands here", "hier steht nichts"],
  ["write at least one entry", "schreib mindestens einen Eintrag"],
  ["motors and region name the place twice", "Motoren und Stelle nennen den Ort zweimal"],
  ["no motors and no region are named", "weder Motoren noch eine Stelle sind genannt"],
  ["write one of the two", "nimm eines von beiden"],
  ["neither hold nor repetitions say how much", "weder hold noch repetitions sagen, wie viel"],
  ["write one of them", "schreib eines davon"],
  ["write a text", "schreib einen Text"],
  ["write a whole number", "schreib eine ganze Zahl"],
  ["write a list, each entry after a hyphen or all in [ ]", "schreib eine Liste, jeden Eintrag nach einem Strich oder alle in [ ]"],
  ["write keys and values, like {}", "schreib Schlüssel und Werte, wie {0}"],
  ["write keys and values", "schreib Schlüssel und Werte"],
  ["write {}", "schreib {0}"],
];

/** The German of a sentence; null for one that nobody has translated. */
export function german(text: string): string | null {
  for (const [english, words] of PAIRS) {
    const pattern = english.split("{}").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("(.+?)");
    const match = new RegExp(`^${pattern}$`, "s").exec(text);
    if (match) return words.replace(/\{(\d)\}/g, (_, index: string) => match[Number(index) + 1] ?? "");
  }
  return null;
}

const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `50 °C is out of range; write 30 to 42 °C.` */
export function lintWords(language: Language, problem: Problem): string {
  const say = (text: string) => (language === "de" ? (german(text) ?? text) : text);
  return upperFirst(`${say(problem.message)}: ${say(problem.remedy)}`).replace(/([^.?!])$/, "$1.");
}
