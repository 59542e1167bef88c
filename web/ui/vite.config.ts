import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

import { scriptSize } from "./script-size.ts";

// `PANEL` is only for `npm run dev`: where a running panel answers /api.
const panel = process.env["PANEL"] ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [
    svelte(),
    scriptSize(45_000, ["de", "en"], { "at rest": ["Programs"], "in a session": ["Course", "attending"] }),
  ],
  base: "./",
  build: {
    outDir: "../poultice_panel/static",
    emptyOutDir: true,
    assetsInlineLimit: 0, // the page's policy allows no data: addresses
    modulePreload: false,
    reportCompressedSize: false,
    // what the page begins with in one script: in two it compresses worse, by more than a kilobyte
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "page", tags: ["$initial"] }] } } },
    target: "es2022",
  },
  server: { host: "127.0.0.1", proxy: { "/api": panel } },
});
