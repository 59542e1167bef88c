// The regions of the body, in both languages: loaded with what asks or tells about them.
import type { Language } from "../lib/format";
import type { QuestionState } from "../lib/messages";

export type Region = NonNullable<QuestionState["region"]>;

const NAMES: Record<Region, Record<Language, string>> = {
  neck: { en: "Neck", de: "Nacken" },
  shoulders: { en: "Shoulders", de: "Schultern" },
  upper_back: { en: "Upper back", de: "Oberer Rücken" },
  lower_back: { en: "Lower back", de: "Unterer Rücken" },
  hips: { en: "Hips", de: "Hüften" },
  arms: { en: "Arms", de: "Arme" },
  legs: { en: "Legs", de: "Beine" },
  elsewhere: { en: "Elsewhere", de: "Anderswo" },
};

export const REGIONS = Object.keys(NAMES) as Region[];

export function regionName(language: Language, region: string): string {
  return (NAMES[region as Region] ?? NAMES.elsewhere)[language];
}
