// What each strength of evidence means, in both languages: loaded with a program's sheet and with the editor.
import type { Language } from "../lib/format";

const english = {
  "good": "Several good trials found less pain.",
  "moderate": "Some good trials found short-term relief.",
  "conflicting": "Trials disagree: some found an effect, some none.",
  "convention": "Common practice, hardly tested in trials.",
  "weak": "Many small trials, likely to flatter.",
  "low": "Few or small trials; a matter of comfort.",
};

const german: typeof english = {
  "good": "Mehrere gute Studien fanden weniger Schmerz.",
  "moderate": "Einige gute Studien fanden kurzfristige Linderung.",
  "conflicting": "Studien widersprechen sich: manche fanden eine Wirkung, manche keine.",
  "convention": "Üblich, aber kaum in Studien geprüft.",
  "weak": "Viele kleine Studien, die wohl beschönigen.",
  "low": "Wenige oder kleine Studien; eher Wohlbefinden.",
};

/** Nothing for a word that this version does not know. */
export const evidenceHelp = (language: Language, evidence: string): string =>
  (language === "de" ? german : english)[evidence as keyof typeof english] ?? "";
