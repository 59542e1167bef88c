// Made by generate_messages.py from poultice.therapy.program_file; do not edit.

export interface CardPart {
  title: Title;
  text: Description;
  caution: Description;
  kind: "stretch" | "strength" | "posture" | "breath" | "ergonomics";
  hold?: string | null;
  repetitions?: number | null;
  sets?: number;
  sides?: number;
  drawing?: string | null;
}

export interface Description {
  en: string;
  de: string;
}

export interface EndPart {
  fade?: string | null;
  ask?: "comfort" | "pain" | "note" | null;
}

export interface HeatPart {
  target: string;
  ramp?: string | null;
}

export interface MassagePart {
  pattern: "steady" | "pulse" | "wave" | "roll" | "knead" | "tap" | "breathe";
  motors?: string[] | null;
  region?: "lower_back" | "upper_back" | "left_side" | "right_side" | "whole_back" | null;
  intensity: string;
  tempo?: string | null;
  phase?: string;
  direction?: "up" | "down" | "left" | "right";
}

export interface ProgramFile {
  schema: "poultice-program/1";
  id: string;
  title: Title;
  description?: Description | null;
  evidence: "good" | "moderate" | "low" | "weak" | "conflicting" | "convention";
  grounds?: Description | null;
  requires?: Requires;
  treats?: ("neck" | "shoulders" | "upper_back" | "lower_back" | "hips" | "arms" | "legs" | "elsewhere")[] | null;
  max_total: string;
  cards?: Record<string, CardPart>;
  steps: (StepPart | RepeatPart)[];
  end?: EndPart | "off";
}

export interface RepeatPart {
  repeat: number;
  steps: (StepPart | RepeatPart)[];
}

export interface Requires {
  zones?: string[];
  motors?: string[];
  regions?: ("lower_back" | "upper_back" | "left_side" | "right_side" | "whole_back")[];
}

export interface StepPart {
  id: string;
  duration: string;
  heat?: Record<string, HeatPart | "off">;
  massage?: MassagePart | null;
  card?: string | null;
  ask?: "comfort" | "pain" | "note" | null;
  wait?: "person" | "press" | null;
}

export interface Title {
  en: string;
  de: string;
}
