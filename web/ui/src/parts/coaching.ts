// The coach's two parts in one script: they share its words, and who needs one soon needs the other.
export { default as Coach } from "./Coach.svelte";
export { default as Prompt } from "./Prompt.svelte";
