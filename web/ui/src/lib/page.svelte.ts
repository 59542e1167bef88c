// The one place that holds what the page knows, and connects the pure parts to the browser.
import { Connection } from "./connection";
import { firstLanguage, type Key, learn, type Language, nameOf, reasonOf, refusalOf, say, type Values } from "./i18n";
import { ageOf, emptyHouse, fold, type House, isOff, type LiveMessage, type Pad, STALE_S, troubleOf } from "./live";
import type { Reason, ReplyMessage } from "./messages";
import { type Failure, type Outcome, padPath, post, request } from "./requests";
import { stop, type StopView } from "./stop";

/** Monotonic seconds. */
const clockS = (): number => performance.now() / 1000;

/** A page that has heard nothing for so long after it was opened says so. */
const PATIENCE_S = 4;
const OPENED_AT = clockS();
/** After STOP only a state measured this much later may confirm it: an earlier one may not have heard of it. */
const CONFIRM_AFTER_S = 1;
const CONFIRMED_SHOWN_MS = 8000;
const TOAST_SHOWN_MS = 12000;

export interface Toast {
  id: number;
  text: string;
}

function remembered(key: string): string | null {
  try {
    return localStorage.getItem(`poultice.${key}`);
  } catch {
    return null; // storage may be forbidden; then nothing is remembered
  }
}

function remember(key: string, value: string): void {
  try {
    localStorage.setItem(`poultice.${key}`, value);
  } catch {
    // as above
  }
}

class Page {
  house = $state.raw<House>(emptyHouse());
  now = $state(clockS());
  language = $state<Language>(firstLanguage(remembered("language"), navigator.languages));
  chosen = $state<string | null>(remembered("pad"));
  route = $state(location.hash);
  toasts = $state<Toast[]>([]);
  stopView = $state.raw<StopView>({ phase: "ready" });
  busy = $state<Record<string, boolean>>({});

  padIds = $derived(Object.keys(this.house.pads).sort());
  pad = $derived<Pad | null>(this.house.pads[this.chosen ?? ""] ?? this.house.pads[this.padIds[0] ?? ""] ?? null);
  state = $derived(this.pad?.state ?? null);
  info = $derived(this.pad?.info ?? null);
  me = $derived(this.house.me);
  /** Whether this phone may do more than look on, and stop. */
  may = $derived(this.me?.role !== "view");
  /** Whether whoever has this phone in hand has accepted the checklist. */
  accepted = $derived(this.state?.accepted_by.includes(this.me?.person ?? "") ?? false);
  age = $derived(ageOf(this.pad, this.now));
  trouble = $derived(troubleOf(this.house, this.pad, this.now));
  stale = $derived(this.trouble !== null || this.age === null || this.age > STALE_S);
  heard = $derived(this.house.heardAt !== null);
  patient = $derived(!this.heard && this.now - OPENED_AT < PATIENCE_S);

  #stopRun = 0;
  #stopTappedAt = 0;
  #toastId = 0;
  #opened = 0;

  say(key: Key, values?: Values): string {
    return say(this.language, key, values);
  }

  zoneName(name: string): string {
    return this.info?.zone_names[name] ?? nameOf(this.language, "zone", name);
  }

  /** Why, in words. */
  why(reason: Reason): string {
    return reasonOf(this.language, reason, this.info?.programs);
  }

  /** Takes one message of the event stream. */
  hear(message: LiveMessage): void {
    this.now = clockS();
    this.house = fold(this.house, message, this.now);
    this.#confirmStopByState();
  }

  async speak(language: Language): Promise<void> {
    await learn(language);
    this.language = language;
    remember("language", language);
  }

  choose(pad: string): void {
    this.chosen = pad;
    remember("pad", pad);
  }

  /** Opens a sheet; the phone's own "back" closes it. */
  open(route: string): void {
    this.#opened += 1;
    location.hash = route;
  }

  /** From one sheet to the next: "back" leads past the first. */
  goOn(route: string): void {
    location.replace(route);
  }

  closeSheet(): void {
    if (this.#opened > 0) history.back();
    else location.hash = "#/";
  }

  /** The address changed, by us or by the browser. */
  went(route: string): void {
    if (!isSheet(route)) this.#opened = 0;
    this.route = route;
  }

  toast(text: string): void {
    const id = ++this.#toastId;
    const others = this.toasts.filter((toast) => toast.text !== text);
    this.toasts = [...others.slice(-2), { id, text }];
    setTimeout(() => this.dismiss(id), TOAST_SHOWN_MS);
  }

  dismiss(id: number): void {
    this.toasts = this.toasts.filter((toast) => toast.id !== id);
  }

  /** Asks the pad for something. What is not done is said; what is done shows in the state, not before. */
  async ask(verb: string, args: object = {}, key = verb): Promise<ReplyMessage | null> {
    const pad = this.pad;
    if (pad === null || this.busy[key]) return null;
    const outcome = await this.#whileBusy(key, () => request(fetch.bind(window), pad.id, verb, args));
    const trouble = this.#complaint(outcome);
    if (trouble !== null) this.toast(trouble);
    return outcome.kind === "answer" ? outcome.answer : null;
  }

  /** Posts to one of the pad's other addresses; true where it went well. */
  async send(rest: string, body: object): Promise<boolean> {
    const pad = this.pad;
    if (pad === null || this.busy[rest]) return false;
    const outcome = await this.#whileBusy(rest, () =>
      post<{ status?: string }>(fetch.bind(window), padPath(pad.id, rest), body),
    );
    const trouble = this.#complaint(outcome as Outcome<ReplyMessage>);
    if (trouble !== null) this.toast(trouble);
    return trouble === null;
  }

  /** Another person has this phone in hand; the panel then tells everything anew. */
  async become(person: string): Promise<void> {
    const outcome = await this.#whileBusy("become", () => post<{ status?: string }>(fetch.bind(window), "api/me", { person }));
    if (outcome.kind === "failed") this.toast(this.#complaint(outcome as Outcome<ReplyMessage>) ?? "");
  }

  /** Stops the pad shown; before any is known, the one shown last, else every pad that the panel names. */
  async stop(): Promise<void> {
    const run = ++this.#stopRun;
    this.#stopTappedAt = clockS();
    this.stopView = { phase: "stopping" };
    await stop(await this.#padsToStop(), {
      fetch: fetch.bind(window),
      wait: (ms) => new Promise((done) => setTimeout(done, ms)),
      show: (view) => this.#showStop(view),
      current: () => run === this.#stopRun,
    });
  }

  async #padsToStop(): Promise<string[]> {
    if (this.pad !== null) return [this.pad.id];
    if (this.chosen !== null) return [this.chosen];
    try {
      const response = await fetch("api/pads", { signal: AbortSignal.timeout(1500) });
      const pads = (await response.json()) as { id: string }[];
      return pads.map((pad) => pad.id);
    } catch {
      return [];
    }
  }

  #showStop(view: StopView): void {
    this.stopView = view;
    const run = this.#stopRun;
    if (view.phase !== "confirmed") return;
    setTimeout(() => {
      if (run === this.#stopRun) this.stopView = { phase: "ready" };
    }, CONFIRMED_SHOWN_MS);
  }

  #confirmStopByState(): void {
    const waiting = this.stopView.phase === "stopping" || this.stopView.phase === "unconfirmed";
    const fresh = (this.pad?.stateAt ?? 0) > this.#stopTappedAt + CONFIRM_AFTER_S;
    if (!waiting || !fresh || !isOff(this.state)) return;
    this.#stopRun += 1;
    this.#showStop({ phase: "confirmed" });
  }

  async #whileBusy<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    this.busy[key] = true;
    try {
      return await work();
    } finally {
      this.busy[key] = false;
    }
  }

  /** Why something was not done; null where it was. */
  #complaint(outcome: Outcome<ReplyMessage>): string | null {
    if (outcome.kind === "failed") {
      const said = outcome.why === "error" ? outcome.reason : null;
      return said ? this.why(said) : this.say(FAILURES[outcome.why]);
    }
    const { status, reason } = outcome.answer;
    if (status === "stale") return this.say("toast.stale");
    if (status === "refused") return refusalOf(this.language, reason, this.info?.programs);
    return null;
  }
}

const FAILURES: Record<Failure, Key> = {
  timeout: "toast.timeout",
  unreachable: "toast.unreachable",
  error: "toast.error",
};

const isSheet = (route: string): boolean => route.length > 2;

export const page = new Page();

/** Connects the page to the panel and to the browser's own events; called once. */
export function begin(): void {
  const connection = new Connection({
    open: () => new EventSource("api/live"),
    heard: (message) => page.hear(message),
    setTimeout: (run, ms) => window.setTimeout(run, ms),
    clearTimeout: (id) => window.clearTimeout(id),
  });
  // Closing a sheet by "back" must not undo that a start shows the top of the page.
  history.scrollRestoration = "manual";
  // A hidden page listens to nothing: six silent tabs would take every connection that STOP needs.
  const look = () => (document.visibilityState === "visible" ? connection.open() : connection.close());
  document.addEventListener("visibilitychange", look);
  window.addEventListener("online", look);
  window.addEventListener("pageshow", (event) => event.persisted && look());
  window.addEventListener("hashchange", () => page.went(location.hash));
  setInterval(() => (page.now = clockS()), 500);
  look();
}
