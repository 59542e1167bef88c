// Everything that opens over the page, by the first part of its address: each comes to the phone when it is first opened.
import type { Component } from "svelte";

export const SHEETS: Record<string, () => Promise<{ default: Component }>> = {
  "#/menu": () => import("../parts/Menu.svelte"),
  "#/program": () => import("../parts/ProgramSheet.svelte"),
  "#/checklist": () => import("../parts/Checklist.svelte"),
  "#/helped": () => import("../parts/Helped.svelte"),
  "#/history": () => import("../history/History.svelte"),
  "#/report": () => import("../history/Report.svelte"),
  "#/card": () => import("../parts/CardSheet.svelte"),
  "#/edit": () => import("../parts/Editor.svelte"),
  "#/own": () => import("../parts/Own.svelte"),
  "#/coach": () => import("../parts/Coach.svelte"),
  "#/pair": () => import("../parts/Pair.svelte"),
  "#/persons": () => import("../parts/Persons.svelte"),
  "#/phones": () => import("../parts/Phones.svelte"),
  "#/fleet": () => import("../fleet/Fleet.svelte"),
  "#/pad": () => import("../parts/PadSheet.svelte"),
  "#/health": () => import("../parts/Health.svelte"),
};
