import type { EpochReport, Losses } from '@assay/detector'

const HOST = 'host=algo-1'

const write = (text: string) => {
  const now = new Date().toISOString()
  const stamp = `${now.slice(5, 7)}/${now.slice(8, 10)}/${now.slice(0, 4)} ${now.slice(11, 19)}`
  console.log(`[${stamp} INFO 139623041140544] ${text}`)
}

/** The lines that the algorithm's predefined metrics are read from. Epochs and batches count from 0, as in its own log. */
export const logLines = {
  batch: (epoch: number, batch: number, losses: Losses) => {
    write(`#quality_metric: ${HOST}, epoch=${epoch}, batch=${batch} train cross_entropy <loss>=${losses.crossEntropy}`)
    write(`#quality_metric: ${HOST}, epoch=${epoch}, batch=${batch} train smooth_l1 <loss>=${losses.smoothL1}`)
  },
  epoch: ({ epoch, images }: EpochReport, epochs: number, seconds: number, mAP: number) => {
    write(`#quality_metric: ${HOST}, epoch=${epoch}, validation mAP <score>=(${mAP})`)
    write(`#throughput_metric: ${HOST}, train throughput=${images / Math.max(seconds, 1e-3)} records/second`)
    write(`#progress_metric: ${HOST}, completed ${Math.round((100 * (epoch + 1)) / epochs)} %`)
  },
  note: write,
}
