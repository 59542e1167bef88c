// A person's own cards in a program's content. Pure; what is right is the controller's to say.
import type { Language } from "./format";
import type { CardPart, ProgramFile, StepPart } from "./program-file";
import { freeId, isRepeat, type Part, type Place, replaced, rows } from "./program-form";

const alike = (text: string): { en: string; de: string } => ({ en: text, de: text });

/** A card that may be shown as it is, for a person to fill in their language. */
export const blank = (title: string, text: string, caution: string): CardPart => ({
  kind: "ergonomics",
  title: alike(title),
  text: alike(text),
  caution: alike(caution),
});

/** The content with one card more, shown by the step at a place. */
export function withCard(content: ProgramFile, place: Place, step: StepPart, card: CardPart, taken: readonly string[]): ProgramFile {
  const cards = content.cards ?? {};
  const id = freeId("my-card", new Set([...taken, ...Object.keys(cards)]));
  return { ...content, cards: { ...cards, [id]: card }, steps: replaced(content.steps, place, { ...step, card: id }) };
}

/** With a card as it is now. */
export const changedCard = (content: ProgramFile, id: string, card: CardPart): ProgramFile => ({
  ...content,
  cards: { ...content.cards, [id]: card },
});

/** Without a card; the steps that showed it show none. */
export function withoutCard(content: ProgramFile, id: string): ProgramFile {
  const without = (parts: readonly Part[]): Part[] =>
    parts.map((part) => {
      if (isRepeat(part)) return { ...part, steps: without(part.steps) };
      const { card, ...rest } = part;
      return card === id ? rest : part;
    });
  const cards = Object.fromEntries(Object.entries(content.cards ?? {}).filter(([name]) => name !== id));
  return { ...content, cards, steps: without(content.steps) };
}

/** What a person writes in their language; where the other language said the same, it does so still. */
export function worded<Texts extends { en: string; de: string }>(texts: Texts, language: Language, value: string): Texts {
  return texts.en === texts.de ? { ...texts, en: value, de: value } : { ...texts, [language]: value };
}

/** The first step that shows a card. */
export const shownAt = (content: ProgramFile, id: string): Place | null =>
  rows(content.steps).find(({ part }) => !isRepeat(part) && part.card === id)?.place ?? null;

/** `my-card` of `cards.my-card.text.de`; null for what is wrong elsewhere. */
export const cardOf = (path: string): string | null => /^cards\.([a-z0-9_-]+)/.exec(path)?.[1] ?? null;
