// What set-up sheets ask of the panel itself, not of a pad. Loaded with them.
import type { Key } from "./i18n";
import { page } from "./page.svelte";
import { ANSWER_WITHIN_MS, post } from "./requests";
import { panelProblem } from "../words/panel";

/** The answer; null where it cannot be had. */
export async function get<Answer>(path: string): Promise<Answer | null> {
  try {
    const response = await fetch(path, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    return response.ok ? ((await response.json()) as Answer) : null;
  } catch {
    return null;
  }
}

export type Done<Answer> = { answer: Answer; trouble: "" } | { answer: null; trouble: string };

/** Asks for something; `trouble` says in words why it was not done. */
export async function act<Answer>(path: string, body: unknown = {}, withinMs = ANSWER_WITHIN_MS): Promise<Done<Answer>> {
  const outcome = await post<Answer & { status?: string; reason?: { code: string; text: string } }>(
    fetch.bind(window),
    path,
    body,
    withinMs,
  );
  if (outcome.kind === "failed") {
    const said = outcome.reason && panelProblem(page.language, outcome.reason.code, outcome.reason.text);
    const key: Key = outcome.why === "timeout" ? "toast.timeout" : "toast.unreachable";
    return { answer: null, trouble: said ?? page.say(key) };
  }
  const { status, reason } = outcome.answer;
  if (status === "refused" && reason) return { answer: null, trouble: panelProblem(page.language, reason.code, reason.text) };
  return { answer: outcome.answer, trouble: "" };
}
