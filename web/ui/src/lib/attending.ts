// What a session asks of the phone that lies beside one: that its screen stays on, and, where wanted, a soft tone when
// a step begins or something is asked. Loaded when a session is there.

const KEY = "poultice.sound";
let lock: WakeLockSentinel | null = null;
let audio: AudioContext | null = null;
let wanted = false;

/** Keeps the screen on where the browser allows it: only on this computer or by HTTPS, and while the page is seen. */
export async function keepAwake(on: boolean): Promise<void> {
  wanted = on;
  if (!on) {
    await lock?.release().catch(() => undefined);
    lock = null;
  } else if (lock === null && document.visibilityState === "visible" && "wakeLock" in navigator) {
    lock = await navigator.wakeLock.request("screen").catch(() => null);
    lock?.addEventListener("release", () => (lock = null));
  }
}

document.addEventListener("visibilitychange", () => void (wanted && keepAwake(true)));

/** Off until somebody switches it on. */
export function sounds(): boolean {
  try {
    return localStorage.getItem(KEY) === "on";
  } catch {
    return false;
  }
}

/** To be called by a tap: browsers let nothing else begin to sound. */
export function switchSound(on: boolean): void {
  try {
    localStorage.setItem(KEY, on ? "on" : "off");
  } catch {
    // storage may be forbidden; then it sounds until the page is closed
  }
  if (on) chime(true);
}

/** Half a second, soft at both ends. */
export function chime(force = false): void {
  if (!force && !sounds()) return;
  audio ??= new AudioContext();
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  const now = audio.currentTime;
  tone.frequency.value = 523;
  volume.gain.setValueAtTime(0, now);
  volume.gain.linearRampToValueAtTime(0.2, now + 0.05);
  volume.gain.linearRampToValueAtTime(0, now + 0.5);
  tone.connect(volume).connect(audio.destination);
  tone.start(now);
  tone.stop(now + 0.55);
}
