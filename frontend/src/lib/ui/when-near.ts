import type { Attachment } from 'svelte/attachments';

/** Calls `near` when the element comes within reach of being seen. */
export function whenNear(near: () => void): Attachment<HTMLElement> {
  return (node) => {
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) near();
      },
      { rootMargin: '200px' },
    );
    observer.observe(node);
    return () => observer.disconnect();
  };
}
