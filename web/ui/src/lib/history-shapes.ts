// Made by generate_messages.py from poultice_panel.history.shapes; do not edit.
import type { Reason } from "./messages";

export interface AfterSession {
  session: SessionBrief | null;
  unanswered: string[];
}

export interface CurveOf {
  t: number[];
  zones: Record<string, ZoneCourse>;
}

export interface DayOf {
  day: string;
  sessions: number;
  change: number | null;
}

export interface DoseOf {
  day: string;
  pad: string;
  zone: string;
  dose: number;
}

export interface HeatOf {
  zone: string;
  dose: number;
  hottest_c: number | null;
}

export interface PainOf {
  region: string;
  before: number | null;
  after: number | null;
}

export interface ProgramCount {
  program: string;
  title: Record<string, string>;
  sessions: number;
}

export interface RegionChange {
  region: string;
  sessions: number;
  before: number;
  after: number;
  eased: number;
  worsened: number;
}

export interface Report {
  since: string;
  until: string;
  sessions: number;
  simulated: number;
  ran_s: number;
  regions: RegionChange[];
  trends: Trend[];
  by: string;
  programs: ProgramCount[];
  endings: Record<string, number>;
  hottest_c: number | null;
  dose_most: DoseOf | null;
  dose_max: number | null;
  notes: ReportNote[];
}

export interface ReportNote {
  day: string;
  text: string;
}

export interface SaidAt {
  t_s: number;
  kind: string;
  text: string;
}

export interface SessionBrief {
  id: string;
  pad: string;
  simulated: boolean;
  program: string;
  title: Record<string, string>;
  began: string;
  day: string;
  ending: string;
  ran_s: number | null;
  pain: PainOf[];
  has_note: boolean;
}

export interface SessionDetail {
  id: string;
  pad: string;
  simulated: boolean;
  program: string;
  title: Record<string, string>;
  began: string;
  day: string;
  ending: string;
  ran_s: number | null;
  pain: PainOf[];
  has_note: boolean;
  reason: string;
  text: string;
  heat: HeatOf[];
  marks: SaidAt[];
  notes: string[];
  note: string;
  curve: CurveOf | null;
  skipped_lines: number;
}

export interface SessionPage {
  sessions: SessionBrief[];
  next: string | null;
  total: number;
  trouble: Reason | null;
}

export interface Summary {
  since: string;
  until: string;
  sessions: number;
  first_day: string | null;
  days: DayOf[];
  by: string;
  trends: Trend[];
  doses: DoseOf[];
  dose_max: number | null;
  programs: ProgramCount[];
  trouble: Reason | null;
}

export interface Trend {
  region: string;
  points: TrendPoint[];
}

export interface TrendPoint {
  day: string;
  before: number | null;
  after: number | null;
  sessions: number;
}

export interface ZoneCourse {
  temperature: (number | null)[];
  target: (number | null)[];
}
