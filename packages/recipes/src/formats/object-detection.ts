import { responseFormatSchema } from '@assay/contracts'
import { declaredFormat } from './declared.ts'

/** The built-in Object Detection algorithm: rows of class, score and corners. Source: AWS developer guide, object-detection-in-formats. */
export const objectDetectionFormat = declaredFormat(
  responseFormatSchema.parse({
    shape: 'rows',
    at: 'prediction',
    label: '0',
    score: '1',
    box: ['2', '3', '4', '5'],
    units: 'share',
  }),
)
