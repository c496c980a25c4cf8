import { formatDuration } from '../format-duration.ts'

/** Keeps ages going between events. */
export const agesScript = /* js */ `
const formatDuration = ${formatDuration.toString()}
const tick = () => {
  for (const time of document.querySelectorAll('time[data-since]'))
    time.textContent = formatDuration((Date.now() - Date.parse(time.dataset.since)) / 1000)
  for (const time of document.querySelectorAll('time[data-until]'))
    time.textContent = formatDuration((Date.parse(time.dataset.until) - Date.now()) / 1000)
}
if (document.querySelector('time[data-since], time[data-until]') || document.querySelector('[data-live]')) setInterval(tick, 1000)
`
