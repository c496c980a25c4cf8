/** How thresholds are chosen, beside every table of them. */
export const thresholdNote =
  'The confidence from which on a model’s boxes are answers is the one with its best F1 on the validation images, chosen without a look at ' +
  'the test images, on which precision, recall and F1 are then measured (all classes, IoU at least .5). Validation may also have picked the ' +
  'model’s checkpoint or its hyperparameters, so that F1 there may be flattered; F1 on test is not. An approach that was trained on the ' +
  'validation images has none left to choose on and gets no threshold.'
