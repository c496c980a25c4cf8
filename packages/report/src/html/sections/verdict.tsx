import type { Report } from '@assay/contracts'
import { formatAp, formatUsd } from '../../format.ts'
import { Section } from '../elements.tsx'

/** Dollars as this report may call them. */
export const moneyWord = ({ environment }: Pick<Report, 'environment'>) =>
  environment === 'local' ? 'notional training $' : 'training $'

export const LocalBanner = ({ report }: { report: Report }) =>
  report.environment === 'local' ? (
    <div class="banner" role="note">
      <p>
        <b>Local stand-ins, notional dollars.</b> Small networks on this machine’s processor stood in for SageMaker’s
        algorithms. The pipeline, the data and the scoring are real; the ranking is that of the stand-ins, not of
        SageMaker’s algorithms. Dollars are {report.costBasis.replace(/^notional \$: /, '')}.
      </p>
    </div>
  ) : null

const Tile = ({ value, label }: { value: string; label: string }) => (
  <div class="tile">
    <b>{value}</b>
    <span>{label}</span>
  </div>
)

export const Verdict = ({ report }: { report: Report }) => {
  const { verdict, approaches, comparison } = report
  const winner = approaches.find(({ id }) => id === verdict.winner)
  const bargain = approaches.find(({ id }) => id === verdict.bargain)
  const stand = report.environment === 'local' ? ' (local stand-in)' : ''
  const apart = comparison?.pairs.filter(({ distinguishable }) => distinguishable).length
  return (
    <Section id="verdict" title="Verdict" class="verdict">
      {verdict.sentences.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      {report.remarks.map((remark) => (
        <p key={remark} class="note">
          {remark}
        </p>
      ))}
      <div class="tiles">
        {winner && <Tile value={formatAp(winner.stats?.[0])} label={`highest mAP: ${winner.title}${stand}`} />}
        {bargain && (
          <Tile
            value={formatUsd(bargain.trainingCostUsd)}
            label={`${moneyWord(report)}: ${bargain.title}, the cheapest that cannot be told from the best`}
          />
        )}
        <Tile value={String(report.split.test)} label="test images, the same for every approach" />
        {comparison && comparison.pairs.length > 0 && (
          <Tile value={`${apart} of ${comparison.pairs.length}`} label="pairs of approaches that can be told apart" />
        )}
      </div>
    </Section>
  )
}
