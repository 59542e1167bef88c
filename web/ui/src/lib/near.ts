// What lies below the screen is fetched when somebody comes near it.
const NEAR = "300px";

/** Calls `run` once, when an element is nearly in sight; what it gives back ends the watching. */
export function near(element: Element, run: () => void, margin = NEAR): () => void {
  const watching = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      watching.disconnect();
      run();
    },
    { rootMargin: margin },
  );
  watching.observe(element);
  return () => watching.disconnect();
}
