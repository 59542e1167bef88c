// One request to the panel, one answer or one failure. Nothing is kept to be sent later.
import type { Reason, ReplyMessage } from "./messages";

export type Failure = "timeout" | "unreachable" | "error";

export type Outcome<Answer> =
  | { kind: "answer"; answer: Answer }
  | { kind: "failed"; why: Failure; reason: Reason | null };

/** Where requests go; `fetch` in the page. */
export type Fetch = (path: string, init: RequestInit) => Promise<Response>;

export const ANSWER_WITHIN_MS = 4000;

function failure(error: unknown): Outcome<never> {
  const name = error instanceof Error ? error.name : "";
  const late = name === "TimeoutError" || name === "AbortError";
  return { kind: "failed", why: late ? "timeout" : "unreachable", reason: null };
}

/** The panel's own words about a request that it could not carry out. */
function problemIn(body: unknown): Reason | null {
  return (body as { reason?: Reason } | null)?.reason ?? null;
}

async function outcomeOf<Answer>(response: Response): Promise<Outcome<Answer>> {
  const body: unknown = await response.json().catch(() => null);
  if (response.ok && body !== null) return { kind: "answer", answer: body as Answer };
  const why = response.status === 504 ? "timeout" : "error";
  return { kind: "failed", why, reason: problemIn(body) };
}

export async function post<Answer>(
  fetch: Fetch,
  path: string,
  body: unknown,
  withinMs = ANSWER_WITHIN_MS,
): Promise<Outcome<Answer>> {
  try {
    const response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(withinMs),
    });
    return await outcomeOf<Answer>(response);
  } catch (error) {
    return failure(error);
  }
}

export const padPath = (pad: string, rest: string): string => `api/pads/${encodeURIComponent(pad)}/${rest}`;

export function request(fetch: Fetch, pad: string, verb: string, args: object): Promise<Outcome<ReplyMessage>> {
  return post<ReplyMessage>(fetch, padPath(pad, `requests/${verb}`), { args });
}
