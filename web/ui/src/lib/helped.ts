// What helped: asked of the pad's controller, and said in words. Loaded with its sheet.
import { helpedWord } from "../words/helped";
import { type Language, short } from "./format";
import type { ResultMessage } from "./messages";
import { ANSWER_WITHIN_MS, type Fetch, type Outcome, padPath, post } from "./requests";

export interface Row {
  program: string;
  title: Record<string, string>;
  region: string;
  sessions: number;
  median_before: number;
  median_change: number;
  eased: number;
  worsened: number;
  few: boolean;
  versions: number;
}

export interface Summary {
  sessions: number;
  answered: number;
  unanswered: number;
  simulated: number;
  few_below: number;
  rows: Row[];
}

async function asked(fetch: Fetch, path: string): Promise<unknown> {
  try {
    const response = await fetch(path, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

/** Over the whole house, by the panel's history; where that cannot be had, by the records of one pad's controller; null
 * where neither can. */
export async function whatHelped(fetch: Fetch, pad: string): Promise<Summary | null> {
  const whole = (await asked(fetch, "api/history/what-helped")) as Summary | null;
  if (whole !== null) return whole;
  const answer = (await asked(fetch, padPath(pad, "what-helped"))) as ResultMessage | null;
  return answer?.status === "ok" ? (answer.result as unknown as Summary) : null;
}

export const forget = (fetch: Fetch, pad: string): Promise<Outcome<ResultMessage>> => post(fetch, padPath(pad, "forget"), {});

/** By how much: "2 less". */
export function changeOf(row: Row, language: Language): string {
  const points = Math.abs(row.median_change);
  if (points === 0) return helpedWord(language, "same");
  const way = row.median_change < 0 ? "less" : "more";
  return helpedWord(language, points === 1 ? `${way}.one` : way, short(points, language));
}

/** What the number rests on, in parts. */
export function groundsOf(row: Row, language: Language): string[] {
  const one = row.sessions === 1;
  return [
    one ? helpedWord(language, "sessions.one") : helpedWord(language, "sessions", row.sessions),
    row.eased && !one ? helpedWord(language, "eased", row.eased) : "",
    row.worsened && !one ? helpedWord(language, "worsened", row.worsened) : "",
    row.versions > 1 ? helpedWord(language, "versions") : "",
  ].filter(Boolean);
}
