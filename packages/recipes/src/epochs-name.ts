/** Names under which Hyperband finds the number of epochs. Source: SageMaker API reference, HyperbandStrategyConfig. */
const EPOCHS_NAMES = ['epochs', 'numepochs', 'n-epochs', 'n_epochs', 'num_epochs'] as const

/** Under which of them the epochs are given; undefined where under none. */
export const epochsName = (values: Readonly<Record<string, unknown>>): string | undefined =>
  EPOCHS_NAMES.find((name) => Object.hasOwn(values, name))
