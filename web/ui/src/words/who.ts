// The words of choosing a person, in both languages: loaded with it.
import type { Language } from "../lib/format";

const english = { for: "For", me: "Me" };

type WhoKey = keyof typeof english;

const german: Record<WhoKey, string> = { for: "Für", me: "Ich" };

export const whoWord = (language: Language, key: WhoKey): string => (language === "de" ? german : english)[key];
