// What a step does, in words.
import { celsius, short } from "./format";
import { inLanguage, type Language, nameOf, say } from "./i18n";
import type { CardInfo, ProgramOutline, StepOutline } from "./messages";
import { fromTheTop, hottestOf, massages, strongest } from "./program";

function heatWords(step: StepOutline, language: Language): string[] {
  return fromTheTop(Object.keys(step.heat)).map((zone) => {
    const value = `${short(step.heat[zone] ?? 0, language)} °C`;
    return say(language, "program.step.heat", { zone: nameOf(language, "zone", zone), value });
  });
}

/** `Bridge · Lower back 40 °C · massage 40 %`, or `rest`. */
export function stepWords(step: StepOutline, language: Language, cards: Record<string, CardInfo> = {}): string {
  const card = cards[step.card ?? ""];
  const power = strongest(step);
  const massage = power > 0 ? [say(language, "program.step.massage", { value: power })] : [];
  const shown = card ? [inLanguage(language, card.title)] : [];
  return [...shown, ...heatWords(step, language), ...massage].join(" · ") || say(language, "program.rest");
}

/** `up to 40 °C, massage`: what a whole program does. */
export function programWords(program: ProgramOutline, language: Language): string {
  const heat = program.heats ? [say(language, "programs.heat", { value: celsius(hottestOf(program), language) })] : [];
  const massage = massages(program) ? [say(language, "programs.massage")] : [];
  return [...heat, ...massage].join(" · ");
}
