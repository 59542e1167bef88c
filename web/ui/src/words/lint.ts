// What is wrong with a program, in the person's language. The controller says it in English; here is the German of each
// of its sentences, found by how it is written: `{}` stands for what changes from case to case.
import type { Problem } from "../lib/editing";
import type { Language } from "../lib/format";

type Pair = readonly [english: string, german: string];

const MESSAGES: readonly Pair[] = [];

const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function translated(text: string, pairs: readonly Pair[]): string {
  for (const [english, german] of pairs) {
    const pattern = english.split("{}").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("(.+?)");
    const match = new RegExp(`^${pattern}$`).exec(text);
    if (match) return german.replace(/\{(\d)\}/g, (_, index: string) => match[Number(index)] ?? "");
  }
  return text;
}

/** `50 °C is out of range; write 30 to 42 °C.` */
export function lintWords(language: Language, problem: Problem): string {
  const say = (text: string) => (language === "de" ? translated(text, MESSAGES) : text);
  return upperFirst(`${say(problem.message)}: ${say(problem.remedy)}.`);
}
