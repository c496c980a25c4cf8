import { responseFormatSchema } from '@assay/contracts'

/** What the shipped scripts answer: one object in a list, corners in px of the image that was sent, class index + 1 (0 is the background). */
export const shippedAnswer = responseFormatSchema.parse({
  shape: 'columns',
  at: '0',
  box: 'boxes',
  score: 'scores',
  label: 'labels',
  firstClass: 1,
})
