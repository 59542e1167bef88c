// Words in the person's language. Reasons and faults come in English with a code; where the code is known they are
// said in the other language, else as they came.
import type { Key } from "../words/en";
import { type Language, minutes, short } from "./format";
import type { FaultState, ProgramOutline, Reason } from "./messages";

export type { Key, Language };
export type Values = Record<string, string | number>;

/** One language. English needs no reasons and no faults: they come in English. */
export interface Book {
  words: Record<Key, string>;
  reasons?: Record<string, string>;
  refusals?: Record<string, string>;
  faults?: Record<string, { sentence: string; action: string }>;
}

const books: Partial<Record<Language, Book>> = {};

/** Fetches a language; needed once before it is spoken, so that a phone loads only its own. */
export async function learn(language: Language): Promise<void> {
  books[language] ??=
    language === "de" ? (await import("../words/de")).german : (await import("../words/en")).english;
}

/** Fetches the words of faults, which no page needs before there is one. */
export async function learnFaults(language: Language): Promise<void> {
  if (language === "de") bookOf(language).faults ??= (await import("../words/faults.de.json")).default;
}

function bookOf(language: Language): Book {
  const book = books[language];
  if (book === undefined) throw new Error(`learn("${language}") before speaking it`);
  return book;
}

/** The sentence for a key, with `{name}` replaced. */
export function say(language: Language, key: Key, values: Values = {}): string {
  return bookOf(language).words[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}

/** Like `say` for a name that the controller chose; one without a word of ours is shown as it is. */
export function nameOf(language: Language, group: string, name: string): string {
  const words: Record<string, string> = bookOf(language).words;
  return words[`${group}.${name}`] ?? name.replaceAll("_", " ");
}

/** A text that came in several languages. */
export function inLanguage(language: Language, texts: Record<string, string>): string {
  return texts[language] ?? texts["en"] ?? Object.values(texts)[0] ?? "";
}

type Value = string | number;
type Show = (value: Value, language: Language, programs: readonly ProgramOutline[]) => string;

const number: Show = (value, language) => (typeof value === "number" ? short(value, language) : value);

/** How a reason shows a value: `{target_c|temperature}`. */
const SHOWS: Record<string, Show> = {
  number,
  temperature: (value, language, programs) => `${number(value, language, programs)} °C`,
  duration: (value) => minutes(Number(value)),
  zone: (value, language) => nameOf(language, "zone", String(value)),
  pattern: (value, language) => nameOf(language, "pattern", String(value)),
  fault: (value, language) => bookOf(language).faults?.[value]?.sentence ?? "",
  title: (value, language, programs) => {
    const program = programs.find((one) => Object.values(one.title).includes(String(value)));
    return program ? inLanguage(language, program.title) : String(value);
  },
};

type Fill = (name: string, how: string | undefined) => string;

/** The template with its values, or null where one is missing. What stands in [ ] is left out where it cannot be said. */
function filled(template: string, fill: Fill): string | null {
  let complete = true;
  const whole = template.replace(/\[([^\]]*)\]/g, (_, part: string) => filled(part, fill) ?? "");
  const text = whole.replace(/\{(\w+)(?:\|(\w+))?\}/g, (_, name: string, how: string | undefined) => {
    const shown = fill(name, how);
    complete &&= shown !== "";
    return shown;
  });
  return complete ? text : null;
}

/** Some codes are worded by a detail that stands among their values. */
function templateOf(words: Record<string, string>, reason: Reason): string | undefined {
  const details = [reason.values["why"], reason.values["session_ended"]];
  return details.map((detail) => words[`${reason.code}.${detail}`]).find(Boolean) ?? words[reason.code];
}

function translated(
  language: Language,
  kind: "reasons" | "refusals",
  reason: Reason,
  programs: readonly ProgramOutline[],
): string | null {
  const template = templateOf(bookOf(language)[kind] ?? {}, reason);
  if (template === undefined) return null;
  return filled(template, (name, how) => {
    const value = reason.values[name];
    return value === undefined ? "" : (SHOWS[how ?? "number"] ?? number)(value, language, programs);
  });
}

/** A number stays on one line with its unit. */
const unbroken = (text: string): string => text.replace(/(\d) (?=°C|%|min\b|s\b|h\b|W\b)/g, "$1\u00a0");

const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Why, in words. */
export function reasonOf(language: Language, reason: Reason, programs: readonly ProgramOutline[] = []): string {
  const why = translated(language, "reasons", reason, programs);
  const cooling = translated(language, "reasons", { ...reason, code: "cooling" }, programs);
  return unbroken(why === null ? upperFirst(reason.text) : why + (cooling ?? ""));
}

/** Why something asked for was not done. */
export function refusalOf(language: Language, reason: Reason, programs: readonly ProgramOutline[] = []): string {
  const why = translated(language, "refusals", reason, programs);
  return why === null ? upperFirst(reason.text) : say(language, "toast.refused", { why });
}

/** What is wrong, and what to do. */
export function faultOf(language: Language, fault: FaultState): { sentence: string; action: string } {
  return bookOf(language).faults?.[fault.name] ?? { sentence: fault.sentence, action: fault.action };
}

/** The language to begin with: the one chosen before, else the browser's, else English. */
export function firstLanguage(remembered: string | null, preferred: readonly string[]): Language {
  const wanted = [remembered ?? "", ...preferred].map((tag) => tag.slice(0, 2).toLowerCase());
  return wanted.find((tag): tag is Language => tag === "de" || tag === "en") ?? "en";
}
