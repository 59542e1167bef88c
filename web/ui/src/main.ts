import { mount } from "svelte";
import App from "./App.svelte";
import { learn } from "./lib/i18n";
import { begin, page } from "./lib/page.svelte";
import { dress } from "./lib/theme";
import "./page.css";

const TRY_AGAIN_MS = 2000;

dress();

async function start(target: HTMLElement): Promise<void> {
  begin(); // what the panel says comes while the words do
  await learn(page.language);
  mount(App, { target });
}

start(document.getElementById("page")!).catch(() => setTimeout(() => location.reload(), TRY_AGAIN_MS));
