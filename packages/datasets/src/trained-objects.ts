import type { DatasetImage, ObjectBox } from '@assay/contracts'

const clamp = (value: number, most: number) => Math.min(Math.max(value, 0), most)

/** Corners in px, within the image: annotation tools round a hair outside. */
export interface Corners {
  categoryId: number
  xmin: number
  ymin: number
  xmax: number
  ymax: number
}

/** What algorithms are trained on: every object but crowd regions, as corners. */
export const trainedObjects = ({
  objects,
  widthPx,
  heightPx,
}: Pick<DatasetImage, 'objects' | 'widthPx' | 'heightPx'>): Corners[] =>
  objects
    .filter(({ crowd }: ObjectBox) => !crowd)
    .map(({ categoryId, box: [x, y, width, height] }) => ({
      categoryId,
      xmin: clamp(x, widthPx),
      ymin: clamp(y, heightPx),
      xmax: clamp(x + width, widthPx),
      ymax: clamp(y + height, heightPx),
    }))
