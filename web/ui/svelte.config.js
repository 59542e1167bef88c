// Components are plain Svelte 5 with types only: nothing needs preprocessing.
export default { compilerOptions: { runes: true } };
