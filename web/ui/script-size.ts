// A build step that adds up the scripts that one phone loads, prints the sum, and fails beyond the budget.
import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

interface Part {
  name: string;
  bytes: number;
}

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
const sumOf = (parts: Part[]): number => parts.reduce((sum, part) => sum + part.bytes, 0);

/** `oneOf`: of the parts with these names a phone loads one, here counted as the largest (languages); `later`: those
 * that no phone loads before it needs them. */
export function scriptSize(budgetBytes: number, oneOf: string[], later: string[]): Plugin {
  return {
    name: "script-size",
    apply: "build",
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((part) => part.type === "chunk");
      const parts = chunks.map((chunk): Part => ({ name: chunk.name, bytes: gzipSync(chunk.code).length }));
      const choices = parts.filter((part) => oneOf.includes(part.name));
      const always = parts.filter((part) => !oneOf.includes(part.name) && !later.includes(part.name));
      const sum = sumOf(always) + Math.max(0, ...choices.map((part) => part.bytes));
      const list = parts.map((part) => `${part.name} ${kilobytes(part.bytes)}`).join(", ");
      console.log(`scripts, gzipped: ${kilobytes(sum)} of ${kilobytes(budgetBytes)} at most a phone (${list})`);
      if (sum > budgetBytes) this.error("the page's scripts are over their budget: take something away");
    },
  };
}
