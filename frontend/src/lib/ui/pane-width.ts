const LEAST_PX = 280;
const USUAL_PX = 380;
/** What is beside a pane keeps this much. */
const BESIDE_PX = 480;

export interface PaneWidth {
  now: number;
  least: number;
  most: number;
}

/** How wide a pane is, in px, that is wanted `wanted` wide (0 is any) where there is `room` for both. */
export function paneWidth(wanted: number, room: number): PaneWidth {
  const most = Math.max(LEAST_PX, room - BESIDE_PX);
  const now = Math.round(Math.min(most, Math.max(LEAST_PX, wanted || USUAL_PX)));
  return { now, least: LEAST_PX, most };
}

const STEP_PX = 24;

/** Where a key on the edge of a pane moves it; undefined for all other keys. */
export function widthAfter(
  key: string,
  { now, least, most }: PaneWidth,
  isRtl: boolean,
): number | undefined {
  if (key === 'Home') return least;
  if (key === 'End') return most;
  // The pane is at the end of the line: its edge moves towards the start as it grows.
  if (key === 'ArrowLeft') return now + (isRtl ? -STEP_PX : STEP_PX);
  if (key === 'ArrowRight') return now + (isRtl ? STEP_PX : -STEP_PX);
  return undefined;
}
