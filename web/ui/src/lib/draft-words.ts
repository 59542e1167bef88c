// What a step of a program that is being written does, in few words: nothing is read into what cannot be read.
import { editorWord, type EditorKey } from "../words/editor";
import type { Language } from "./format";
import { inLanguage, nameOf } from "./i18n";
import type { CardInfo } from "./messages";
import type { CardPart, StepPart } from "./program-file";
import { isRepeat, isWarm, type Part } from "./program-form";
import { fromTheTop } from "./program";

type Cards = Record<string, CardInfo | CardPart>;

function heatWords(step: StepPart, language: Language): string[] {
  return fromTheTop(Object.keys(step.heat ?? {})).flatMap((zone) => {
    const wish = step.heat?.[zone];
    return isWarm(wish) ? [`${nameOf(language, "zone", zone)} ${wish.target}`] : [];
  });
}

/** `Bridge · Lower back 40 °C · wave 40 %`, or `Rest`; a repeat is `3 times`. */
export function partWords(part: Part, language: Language, cards: Cards): string {
  if (isRepeat(part)) return editorWord(language, "repeat", { n: part.repeat });
  const card = part.card ? (cards[part.card]?.title as Record<string, string> | undefined) : undefined;
  const massage = part.massage ? [`${nameOf(language, "pattern", part.massage.pattern)} ${part.massage.intensity}`] : [];
  const ask = part.ask ? [editorWord(language, `ask.${part.ask}` as EditorKey)] : [];
  const all = [...(part.card ? [card ? inLanguage(language, card) : part.card] : []), ...heatWords(part, language), ...massage, ...ask];
  return all.join(" · ") || editorWord(language, "add.rest");
}
