// Numbers as a person reads them.
export type Language = "en" | "de";

/** A number with so many digits behind the point, or the comma. Below a thousand that is all that Intl would do, which
 * takes a phone a tenth of a second to begin with. */
export function decimal(value: number, digits: number, language: Language): string {
  const text = value.toFixed(digits).replace(/^-(?=[0.]*$)/, "");
  return language === "de" ? text.replace(".", ",") : text;
}

/** A number without digits that say nothing: 40, 40.5. */
export function short(value: number, language: Language): string {
  return decimal(value, Number.isInteger(Math.round(value * 10) / 10) ? 0 : 1, language);
}

/** `38.4 °C`; a dash where nothing is known. */
export function celsius(value: number | null | undefined, language: Language): string {
  return value === null || value === undefined ? "–" : `${decimal(value, 1, language)} °C`;
}

/** `12:05`, or `1:02:05` from an hour on; whole seconds, rounded up, so that 0:00 means over. */
export function clock(seconds: number): string {
  const all = Math.max(0, Math.ceil(seconds - 1e-6));
  const pair = (value: number) => String(value).padStart(2, "0");
  const minutes = Math.floor(all / 60) % 60;
  const hours = Math.floor(all / 3600);
  return hours ? `${hours}:${pair(minutes)}:${pair(all % 60)}` : `${minutes}:${pair(all % 60)}`;
}

/** `45 s`, `8 min`, `2 h`: one unit, for an age or a length. */
export function span(seconds: number): string {
  if (seconds < 90) return `${Math.max(0, Math.round(seconds))} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}

/** `45 s`, `3 min`, `1 h 30 min`: how long still, rounded up, so that nobody waits longer than told. */
export function minutes(seconds: number): string {
  if (seconds <= 50) return `${Math.max(1, Math.ceil(seconds))} s`;
  const all = Math.ceil(seconds / 60 - 1e-6);
  return all < 60 ? `${all} min` : `${Math.floor(all / 60)} h ${all % 60} min`;
}
