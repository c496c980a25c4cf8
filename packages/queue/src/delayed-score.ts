/** BullMQ orders delayed jobs by their due time in ms times this, plus a counter. */
export const SCORE_PER_MS = 0x1000
