import type { DatasetCheck } from '@assay/contracts'

/** The check of a data set over which its worker died again and again: nobody can use it, so it is rejected. */
export const setAside = (location: string, crashes: number, at: Date): DatasetCheck => ({
  status: 'rejected',
  checkedAt: at.toISOString(),
  images: 0,
  boxes: 0,
  classes: [],
  duplicates: [],
  faults: {
    count: 1,
    byCode: { crash_loop: 1 },
    first: [
      {
        code: 'crash_loop',
        file: location,
        met: `${crashes} times in a row the worker died while it read the files`,
        needed: 'files that can be read',
      },
    ],
  },
})
