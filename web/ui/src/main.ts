import { mount } from "svelte";
import App from "./App.svelte";
import { learn } from "./lib/i18n";
import { begin, page } from "./lib/page.svelte";
import { dress } from "./lib/theme";
import "uplot/dist/uPlot.min.css";
import "./page.css";

const TRY_AGAIN_MS = 2000;

dress();

async function start(target: HTMLElement): Promise<void> {
  await learn(page.language);
  mount(App, { target });
  begin();
}

start(document.getElementById("page")!).catch(() => setTimeout(() => location.reload(), TRY_AGAIN_MS));
