import { secondsBetween } from '../format.ts'
import { formatDuration } from '../format-duration.ts'

/** How long since a time; the page's script keeps it going. */
export const Age = ({ since, now }: { since: string; now: string }) => (
  <time dateTime={since} data-since={since}>
    {formatDuration(secondsBetween(since, now))}
  </time>
)

/** How long until a time. */
export const Until = ({ until, now }: { until: string; now: string }) => (
  <time dateTime={until} data-until={until}>
    {formatDuration(secondsBetween(now, until))}
  </time>
)
