// Units as people say them, where one of several is chosen.
import { editorWord } from "../words/editor";
import type { Language } from "./format";

export const unitWord = (language: Language, unit: string): string =>
  unit === "s" || unit === "min" ? editorWord(language, unit) : unit;
