import type { ApproachReport } from '@assay/contracts'

/** Instance types on which an approach's trials were billed, sorted. */
export const hardwareOf = ({ trials }: Pick<ApproachReport, 'trials'>): string[] =>
  [
    ...new Set(trials.filter(({ billableSeconds = 0 }) => billableSeconds > 0).map((trial) => trial.instanceType)),
  ].sort()

/** Whether the costs and times of two approaches also compare the hardware that they ran on. */
export const ranOnOtherHardware = (a: Pick<ApproachReport, 'trials'>, b: Pick<ApproachReport, 'trials'>): boolean =>
  hardwareOf(a).join() !== hardwareOf(b).join()
