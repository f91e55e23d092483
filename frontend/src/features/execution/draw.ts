/** Outputs that something else than dost draws. */

import { createContext } from 'svelte';
import type { Bundle } from './outputs';

/** Puts a drawing into a place on the page, or says that it failed; the result takes it away. */
export type Drawing = (place: HTMLElement, fail: (error: unknown) => void) => () => void;

/** How JupyterLab would draw a bundle; null where it could not, or is not there. */
export type Draw = (data: Bundle, metadata: Bundle) => Drawing | null;

export const [getDraw, setDraw] = createContext<Draw>();

/**
 * Draws outside of a shadow root, where the renderers' styles are, and shows that inside through a
 * slot.
 */
export function throughSlots(shell: HTMLElement, draw: Draw): Draw {
  let drawn = 0;
  return (data, metadata) => {
    const drawing = draw(data, metadata);
    if (drawing === null) return null;
    return (place, fail) => {
      const outside = document.createElement('div');
      const slot = document.createElement('slot');
      outside.slot = slot.name = `drawing-${String((drawn += 1))}`;
      shell.append(outside);
      place.append(slot);
      const erase = drawing(outside, fail);
      return () => {
        erase();
        outside.remove();
        slot.remove();
      };
    };
  };
}
