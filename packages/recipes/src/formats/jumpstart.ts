import { responseFormatSchema } from '@assay/contracts'
import { declaredFormat } from './declared.ts'

/** JumpStart's detectors: parallel lists; `labels` names a class index's category id of the training data. */
export const jumpStartFormat = declaredFormat(
  responseFormatSchema.parse({
    accept: 'application/json;verbose;n_predictions=100',
    shape: 'columns',
    box: 'normalized_boxes',
    units: 'share',
    score: 'scores',
    label: 'classes',
    lookUpIn: 'labels',
    labels: 'category-id',
  }),
)
