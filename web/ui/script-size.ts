// A build step that adds up the scripts of a phone's first load, prints the sum, and fails beyond the budget.
import { gzipSync } from "node:zlib";
import type { Plugin, Rolldown } from "vite";

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;

/** Parts by their names, in kB. */
function list(parts: Iterable<Rolldown.OutputChunk>): string {
  return [...parts].map((part) => `${part.name} ${kilobytes(size(part))}`).join(", ");
}

const size = (part: Rolldown.OutputChunk): number => gzipSync(part.code).length;
const sum = (parts: Iterable<Rolldown.OutputChunk>): number => [...parts].reduce((all, part) => all + size(part), 0);

/** `oneOf`: of the parts with these names a phone loads one, here counted as the largest (languages); `screens`: by name
 * each situation in which a page may be opened, with the parts that its first screen asks for by itself. */
export function scriptSize(budgetBytes: number, oneOf: string[], screens: Record<string, string[]>): Plugin {
  return {
    name: "script-size",
    apply: "build",
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((part) => part.type === "chunk");
      const unknown = [...oneOf, ...Object.values(screens).flat()].filter((name) => !chunks.some((chunk) => chunk.name === name));
      if (unknown.length > 0) this.error(`the budget of the scripts names parts that are not there: ${unknown.join(", ")}`);
      const language = Math.max(...chunks.filter((chunk) => oneOf.includes(chunk.name)).map(size));
      for (const [screen, soon] of Object.entries(screens)) {
        const parts = new Set(chunks.filter((chunk) => chunk.isEntry || soon.includes(chunk.name)));
        for (const part of parts) for (const one of chunks) if (part.imports.includes(one.fileName)) parts.add(one);
        const all = sum(parts) + language;
        console.log(
          `scripts, gzipped, of a first load ${screen}: ${kilobytes(all)} of ${kilobytes(budgetBytes)} at most ` +
            `(${list(parts)}; a language ${kilobytes(language)})`,
        );
        if (all > budgetBytes) this.error("the page's scripts are over their budget: take something away");
      }
      console.log(`each part by itself: ${list(chunks)}`);
    },
  };
}
