// Made by generate_messages.py from poultice.mqtt.messages and the contract; do not edit.

/** No heat at or above it, whatever is asked. */
export const OVER_TEMPERATURE_CUT_C = 43;

export interface CardInfo {
  title: Record<string, string>;
  text: Record<string, string>;
  caution: Record<string, string>;
  kind: string;
  hold_s: number | null;
  repetitions: number | null;
  sets: number;
  sides: number;
  drawing: string | null;
}

export interface CoachCheck {
  fits: boolean;
  on: string;
}

export interface CoachReport {
  plan: Plan;
  standing: "off" | "clock" | "session" | "quiet" | "closed" | "on";
  prompt: PromptMessage | null;
  week: Record<string, CoachTally>;
  checks: Record<string, CoachCheck>;
}

export interface CoachTally {
  done: number;
  snoozed: number;
  skipped: number;
}

export interface FaultState {
  name: string;
  lockout: "A" | "B" | "C";
  latched: boolean;
  sentence: string;
  action: string;
}

export interface Hours {
  begin: string;
  end: string;
}

export interface Invitation {
  program: string;
  title: Record<string, string>;
  role: string;
  remaining_s: number;
  content_hash: string;
  heat: Record<string, number>;
}

export interface MotorInfo {
  name: string;
  x_m: number;
  y_m: number;
}

export interface MotorState {
  asked: number;
  actual: number;
  strength: number;
}

export interface NudgeHours {
  begin: string;
  end: string;
  on: boolean;
  automation: boolean;
}

export interface Offer {
  program: string;
  title: Record<string, string>;
  step: number;
  steps: number;
  remaining_s: number;
}

export interface PadHealth {
  uptime_s: number;
  reading_age_s: number | null;
  loop_jitter_p99_s: number;
  link_errors: number;
  frames_bad: number;
  demands_refused: number;
  board_uptime_s: number | null;
  heat_models: Record<string, string>;
  witnesses: Record<string, number | null>;
  controller: string;
  time: string | null;
  service: Service | null;
  spent: Spent | null;
  problem: Reason | null;
}

export interface PadInfo {
  name: string;
  controller: string;
  simulated: boolean;
  firmware_version: string;
  contract_hash: string;
  facts_hash: string;
  board_id: string;
  zones: ZoneInfo[];
  motors: MotorInfo[];
  limits: Record<string, number>;
  programs: ProgramOutline[];
  cards: Record<string, CardInfo>;
  zone_names: Record<string, string>;
  automation: string[];
}

export interface PadState {
  seq: number;
  epoch: string;
  time: string;
  phase: Phase;
  armed: boolean;
  armed_remaining_s: number;
  outputs_off: boolean;
  zones: Record<string, ZoneState>;
  motors: Record<string, MotorState>;
  session: SessionState | null;
  invitation: Invitation | null;
  offer: Offer | null;
  dose: Record<string, number>;
  faults: FaultState[];
  checklist_accepted: boolean;
  selected: string | null;
  accepted_by: string[];
  reason: Reason;
}

export type Phase = "offline" | "idle" | "invited" | "warming" | "running" | "waiting" | "paused" | "cooling" | "ended" | "faulted";

export interface Plan {
  days: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
  hours: Hours;
  quiet: Hours;
  posture: Rhythm;
  breaks: Rhythm;
  active: Rhythm;
  ergonomics: boolean;
  strength: Strength;
  nudge: NudgeHours;
}

export interface ProgramOutline {
  id: string;
  own: boolean;
  title: Record<string, string>;
  description: Record<string, string>;
  evidence: string;
  grounds: Record<string, string>;
  total_s: number;
  zones: string[];
  motors: string[];
  heats: boolean;
  steps: StepOutline[];
  cards: Record<string, CardInfo>;
}

export interface PromptMessage {
  id: string;
  person: string;
  kind: "posture" | "breaks" | "active" | "ergonomics" | "strength";
  text: Record<string, string>;
  until: string;
  card: string | null;
  program: string | null;
  may_snooze: boolean;
  over: boolean;
}

export interface QuestionState {
  question: "comfort" | "pain" | "note" | "awake";
  remaining_s: number;
  region: "neck" | "shoulders" | "upper_back" | "lower_back" | "hips" | "arms" | "legs" | "elsewhere" | null;
}

export interface Reason {
  code: string;
  text: string;
  values: Record<string, number | string>;
}

export interface ReplyMessage {
  id: string;
  status: Status;
  reason: Reason;
  applied: Record<string, unknown>;
}

export interface ResultMessage {
  id: string;
  status: "ok" | "refused";
  reason: Reason;
  result: Record<string, unknown>;
}

export interface Rhythm {
  on: boolean;
  every_min: number;
}

export interface Service {
  heated_s: number;
  sessions: number;
  faults: Record<string, number>;
}

export interface SessionState {
  id: string;
  program: string;
  title: Record<string, string>;
  step: number;
  steps: number;
  step_id: string;
  elapsed_s: number;
  remaining_s: number;
  step_remaining_s: number;
  card: string | null;
  wait: "person" | "press" | null;
  question: QuestionState | null;
  pattern: string | null;
  ends_at: string | null;
}

export interface Spent {
  dose: Record<string, number>;
  warm_day_s: number;
  warm_s: number;
  resting: boolean;
}

export type Status = "accepted" | "invited" | "refused" | "stale";

export interface StepOutline {
  id: string;
  duration_s: number;
  heat: Record<string, number>;
  massage: Record<string, number>;
  pattern: string | null;
  card: string | null;
  ask: string | null;
  wait: string | null;
}

export interface Strength {
  on: boolean;
  at: string;
  days: Record<string, string>;
}

export interface ZoneInfo {
  name: string;
  area_m2: number;
  nominal_w: number;
}

export interface ZoneState {
  asked: number | null;
  target: number | null;
  temperature: number | null;
  duty: number;
  watts: number;
  limited_by: Reason | null;
  thermostat: number | null;
}
