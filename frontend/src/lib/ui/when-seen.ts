/** How far below or above the window something may be and still be got ready. */
const NEAR = '200px';

/** Runs `task` once `element` is in view or close to it; the result ends the waiting. */
export function whenSeen(element: Element, task: () => void): () => void {
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      task();
    },
    { rootMargin: NEAR },
  );
  observer.observe(element);
  return () => observer.disconnect();
}
