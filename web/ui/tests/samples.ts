// Whole messages for tests, to be changed in one place.
import type { PadEntry } from "../src/lib/live";
import type { PadInfo, PadState, ProgramOutline, SessionState } from "../src/lib/messages";

const plain = { pattern: null, card: null, ask: null, wait: null };

export const program: ProgramOutline = {
  id: "lower-back-ease",
  own: false,
  title: { en: "Lower back ease", de: "Unterer Rücken" },
  description: {},
  evidence: "moderate",
  grounds: {},
  total_s: 400,
  zones: ["lumbar"],
  motors: ["lower_left"],
  heats: true,
  steps: [
    { id: "warm", duration_s: 300, heat: { lumbar: 40 }, massage: {}, ...plain },
    { id: "wave", duration_s: 100, heat: { lumbar: 36.5, upper_back: 38 }, massage: { lower_left: 40 }, ...plain, pattern: "wave" },
  ],
  cards: {},
};

export const session: SessionState = {
  id: "s",
  program: program.id,
  title: program.title,
  step: 0,
  steps: 2,
  step_id: "warm",
  elapsed_s: 100,
  remaining_s: 300,
  step_remaining_s: 200,
  card: null,
  wait: null,
  question: null,
  pattern: null,
  ends_at: null,
};

export function state(values: Partial<PadState> = {}, running = false): PadState {
  return {
    seq: 1,
    epoch: "e",
    time: "2025-01-01T00:00:00Z",
    phase: running ? "running" : "idle",
    armed: running,
    armed_remaining_s: 0,
    outputs_off: !running,
    zones: {
      lumbar: { asked: 40, target: 39, temperature: 35, duty: 0.5, watts: 15, limited_by: null, thermostat: 38 },
    },
    motors: { lower_left: { asked: 0, actual: 0, strength: 0 } },
    session: running ? session : null,
    invitation: null,
    offer: null,
    dose: {},
    faults: [],
    accepted_by: ["me"],
    checklist_accepted: true,
    selected: null,
    reason: { code: "ready", text: "ready: choose a program", values: {} },
    ...values,
  };
}

export const info: PadInfo = {
  name: "Sofa",
  controller: "pi",
  simulated: true,
  firmware_version: "0.1.0",
  contract_hash: "1",
  facts_hash: "2",
  board_id: "3",
  zones: [],
  motors: [],
  limits: {},
  programs: [program],
  cards: {},
  zone_names: {},
  automation: [],
};

export function entry(values: Partial<PadEntry> = {}): PadEntry {
  return { controller_online: true, online: true, info, state: state(), state_age_s: 0.1, health: null, ...values };
}
