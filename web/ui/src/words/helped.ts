// The words of "What helped", in both languages: loaded with it.
import type { Language } from "../lib/format";

const english = {
  "title": "What helped",
  "loading": "Reading your records …",
  "failed": "Your records cannot be had now. Close this and try again in a moment.",
  "empty": "No session of yours is kept yet. Play a program: when it ends, its record is here.",
  "unanswered": "Nothing can be said yet: none of your {n} sessions has pain before and after. Answer both questions of a program that asks.",
  "unanswered.one": "Nothing can be said yet: your one session has no pain before and after. Answer both questions of a program that asks.",
  "less": "{n} points less",
  "less.one": "1 point less",
  "more": "{n} points more",
  "more.one": "1 point more",
  "same": "no change",
  "from": "from {n}",
  "from.median": "in the median, from {n}",
  "sessions": "{n} sessions",
  "sessions.one": "1 session",
  "eased": "notably eased in {n}",
  "worsened": "notably worse in {n}",
  "versions": "the program was changed in between",
  "few": "Fewer than {n} sessions: too few to rely on.",
  "told": "Answered before and after: {n} of {all} sessions.",
  "simulated": "On a simulated pad: {n}.",
  "matters": "A change of 2 points or 30 % is one that people notice.",
  "honest": "This is what you said, not proof: nobody knows how it would have been without.",
  "forget": "Forget my records",
  "forget.sure": "This erases all your sessions, pain scores and notes, here and on every pad, and what you found too strong. Nothing brings them back.",
  "forget.yes": "Erase them all",
  "forget.no": "Keep them",
  "forgetting": "Erasing …",
  "forgotten": "Erased. Sessions: {n}. Programs that you had found too strong: {all}.",
  "busy": "Your session is running. Stop it first, then forget.",
};

export type HelpedKey = keyof typeof english;

const german: Record<HelpedKey, string> = {
  "title": "Was geholfen hat",
  "loading": "Liest deine Aufzeichnungen …",
  "failed": "Deine Aufzeichnungen sind gerade nicht zu haben. Schließ dies und versuch es gleich noch einmal.",
  "empty": "Von dir ist noch keine Sitzung aufgezeichnet. Spiel ein Programm: wenn es endet, steht es hier.",
  "unanswered": "Noch lässt sich nichts sagen: keine deiner {n} Sitzungen hat Schmerz vorher und nachher. Beantworte beide Fragen eines Programms, das fragt.",
  "unanswered.one": "Noch lässt sich nichts sagen: deine eine Sitzung hat nicht Schmerz vorher und nachher. Beantworte beide Fragen eines Programms, das fragt.",
  "less": "{n} Punkte weniger",
  "less.one": "1 Punkt weniger",
  "more": "{n} Punkte mehr",
  "more.one": "1 Punkt mehr",
  "same": "unverändert",
  "from": "von {n} aus",
  "from.median": "im Median, von {n} aus",
  "sessions": "{n} Sitzungen",
  "sessions.one": "1 Sitzung",
  "eased": "in {n} spürbar leichter",
  "worsened": "in {n} spürbar schlimmer",
  "versions": "das Programm wurde dazwischen geändert",
  "few": "Weniger als {n} Sitzungen: zu wenige, um darauf zu bauen.",
  "told": "Vorher und nachher beantwortet: {n} von {all} Sitzungen.",
  "simulated": "Auf einem simulierten Kissen: {n}.",
  "matters": "Eine Änderung um 2 Punkte oder 30 % ist eine, die man spürt.",
  "honest": "Das hast du gesagt, bewiesen ist nichts: niemand weiß, wie es ohne gewesen wäre.",
  "forget": "Meine Aufzeichnungen vergessen",
  "forget.sure": "Das löscht alle deine Sitzungen, Schmerzwerte und Notizen, hier und an jedem Kissen, und was dir zu stark war. Nichts bringt sie zurück.",
  "forget.yes": "Alle löschen",
  "forget.no": "Behalten",
  "forgetting": "Löscht …",
  "forgotten": "Gelöscht. Sitzungen: {n}. Programme, die dir zu stark waren: {all}.",
  "busy": "Deine Sitzung läuft noch. Stopp sie erst, dann vergessen.",
};

/** The sentence for a key, with `{n}` and `{all}` replaced. */
export function helpedWord(language: Language, key: HelpedKey, n: string | number = "", all: string | number = ""): string {
  return (language === "de" ? german : english)[key].replace("{n}", String(n)).replace("{all}", String(all));
}
