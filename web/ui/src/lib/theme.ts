// Dark or light: as the phone has it, or as chosen in the menu.
export type Theme = "auto" | "light" | "dark";

const KEY = "poultice.theme";
const dark = matchMedia("(prefers-color-scheme: dark)");

export function chosenTheme(): Theme {
  try {
    return (localStorage.getItem(KEY) as Theme | null) ?? "auto";
  } catch {
    return "auto"; // storage may be forbidden; then nothing is remembered
  }
}

function show(theme: Theme): void {
  document.documentElement.dataset["theme"] = theme === "auto" ? (dark.matches ? "dark" : "light") : theme;
}

/** Takes a theme on, and remembers it. */
export function wear(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // as above
  }
  show(theme);
}

/** Called once, before anything is drawn. */
export function dress(): void {
  show(chosenTheme());
  dark.addEventListener("change", () => show(chosenTheme()));
}
