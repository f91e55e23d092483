/** Resolves once `condition`, which reads state, holds. */
export function until(condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = $effect.root(() => {
      $effect(() => {
        if (!condition()) return;
        resolve();
        queueMicrotask(() => stop());
      });
    });
  });
}
