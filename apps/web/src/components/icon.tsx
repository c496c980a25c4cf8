import type { Look } from '../words.ts'

/** Shapes that differ without their colour; 16 × 16. */
const paths = {
  idle: 'M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3Z',
  queued: 'M3 4.5h10M3 8h10M3 11.5h6',
  busy: 'M5.5 3.5v9l7-4.5z',
  waiting: 'M4 2.5h8M4 13.5h8M5 2.5c0 3 6 3.5 6 5.5s-6 2.5-6 5.5M11 2.5c0 3-6 3.5-6 5.5s6 2.5 6 5.5',
  good: 'M3 8.5l3.5 3.5L13 4.5',
  mixed: 'M2 8.5l3 3 3.5-4.5M10 5l4 4M14 5l-4 4',
  bad: 'M4 4l8 8M12 4l-8 8',
  off: 'M3.5 8h9',
} as const satisfies Record<Look, string>

export const Icon = ({ look }: { look: Look }) => (
  <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
    <path d={paths[look]} />
  </svg>
)
