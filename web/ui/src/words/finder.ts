// The words of choosing a part of the back, in both languages: loaded with it.
import type { Language } from "../lib/format";

const english = { where: "Where shall it feel good?", all: "All", upper: "Upper", lower: "Lower" };

type FinderKey = keyof typeof english;

const german: Record<FinderKey, string> = { where: "Wo soll es guttun?", all: "Alle", upper: "Oben", lower: "Unten" };

export const finderWord = (language: Language, key: FinderKey): string => (language === "de" ? german : english)[key];
