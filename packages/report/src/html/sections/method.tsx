import type { Report } from '@assay/contracts'
import { formatNumber, formatSeconds, formatUsd } from '../../format.ts'
import { otherTrialsUsd } from '../../other-trials-usd.ts'
import { Section, Table } from '../elements.tsx'
import { moneyWord } from './verdict.tsx'

const known = (usd: number | null) => (usd === null ? '–' : formatUsd(usd))
const yesNo = (value: string | null | undefined) => value ?? 'nothing'

export const RequestedAndActual = ({ report }: { report: Report }) => (
  <Section id="ran" title="What was asked for and what ran">
    <p class="note">
      {report.environment === 'local'
        ? 'Which stand-in has which network is a choice of this local cloud’s design.'
        : 'What ran is shown where the training container says so in its log.'}{' '}
      “Saw” lists the parts of the split that the algorithm got, whatever it did with them.
    </p>
    <Table
      head={[
        'Approach',
        'Asked for',
        'Pretrained on (asked)',
        'Ran',
        'Parameters',
        'Pretrained on (ran)',
        'Epochs (asked / ran)',
        'Saw',
      ]}
      text={[1, 2, 3, 5, 7]}
      rows={report.approaches.map(({ title, recipe, requested, actual, training }) => [
        title,
        `${requested.network} (${recipe})`,
        yesNo(requested.pretrainedOn),
        actual?.network ?? 'not said',
        actual?.parameters?.toLocaleString('en-US') ?? '–',
        actual ? yesNo(actual.pretrainedOn) : 'not said',
        `${requested.epochs ?? 'default'} / ${actual?.epochs ?? '–'}`,
        training
          ? `${training.images.toLocaleString('en-US')} images to train on; got ${training.seenParts.join(' + ')}`
          : '–',
      ])}
    />
  </Section>
)

export const Costs = ({ report }: { report: Report }) => {
  const { storageRate } = report.method.priceTable
  return (
    <Section id="bill" title="Bill">
      <p class="note">
        {report.costBasis}. Amounts are added up in whole micro-dollars. An endpoint is busy from its first request to
        its last answer.{' '}
        {storageRate
          ? `Volumes of training jobs cost $${formatNumber(storageRate.microUsdPerGbMonth / 1e6)} a GB-month (${storageRate.source}, ${storageRate.date}).`
          : 'No price of volumes is known in this region.'}
      </p>
      <Table
        head={[
          'Approach',
          moneyWord(report),
          'of it: scored trial',
          'of it: other trials',
          'Trials',
          'Billable',
          'Wall',
          'Endpoint $',
          'of it: busy',
          'Endpoint time',
          'Storage $',
          'Latency p50 / p95',
          'Remarks',
        ]}
        text={[12]}
        rows={report.approaches.map((approach) => {
          const { title, trainingCostUsd, trials, billableSeconds, wallSeconds, cost, latencyMs } = approach
          return [
            title,
            formatUsd(trainingCostUsd),
            known(cost.bestTrialUsd),
            known(otherTrialsUsd(approach)),
            String(trials.length),
            formatSeconds(billableSeconds),
            formatSeconds(wallSeconds),
            known(cost.endpointUsd),
            known(cost.endpointBusyUsd),
            cost.endpointSeconds === null ? '–' : formatSeconds(cost.endpointSeconds),
            known(cost.storageUsd),
            latencyMs ? `${latencyMs.p50.toFixed(0)} / ${latencyMs.p95.toFixed(0)} ms` : '–',
            [cost.trainingReason, cost.endpointReason].filter(Boolean).join('; '),
          ]
        })}
      />
      <Table
        caption={`Prices in ${report.method.region}, as they were when the experiment was accepted`}
        head={['Instance type', 'Use', '$ an hour', 'Read on', 'Source']}
        text={[1, 4]}
        rows={report.method.priceTable.rates.map(({ instanceType, use, microUsdPerHour, date, source }) => [
          instanceType,
          use,
          formatNumber(microUsdPerHour / 1e6),
          date,
          source,
        ])}
      />
    </Section>
  )
}

export const Method = ({ report }: { report: Report }) => {
  const { method, dataset, comparison, cleanup } = report
  return (
    <Section id="method" title="Method and manifest">
      <dl class="terms">
        <dt>Experiment</dt>
        <dd class="mono">{report.experimentId}</dd>
        <dt>Data set</dt>
        <dd>
          {dataset.name} ({dataset.layout.toUpperCase()}, {dataset.images.toLocaleString('en-US')} images), fingerprint{' '}
          <code>{dataset.fingerprint}</code>
        </dd>
        <dt>Split manifest</dt>
        <dd>
          SHA-256 <code>{method.splitManifest}</code>, seed {method.splitSeed}
        </dd>
        <dt>Seeds</dt>
        <dd>
          {method.seed} (experiment), {method.splitSeed} (split){comparison ? `, ${comparison.seed} (resampling)` : ''}
        </dd>
        <dt>Scoring</dt>
        <dd>
          COCO evaluation as pycocotools does it, up to {method.maxDetections} detections an image, boxes as [x, y,
          width, height] in px
        </dd>
        <dt>Clean-up</dt>
        <dd>
          {cleanup === null
            ? 'had not ended when this was written; the experiment’s terminal outcome holds the cloud’s own listing'
            : cleanup.remaining.length === 0
              ? 'the cloud itself lists nothing of this experiment any more'
              : `still listed by the cloud: ${cleanup.remaining.map(({ kind, name }) => `${kind} ${name}`).join(', ')}`}
        </dd>
        <dt>Check it</dt>
        <dd>
          <code>assay verify FOLDER</code> recomputes the twelve numbers and the dollars from the files beside this
          report.
        </dd>
      </dl>
      <h3>Cloud jobs</h3>
      <Table
        head={['Approach', 'Job', 'Endpoint']}
        text={[1, 2]}
        rows={method.jobs.map(({ approachId, jobName, endpointName }) => [
          approachId,
          <code>{jobName}</code>,
          <code>{endpointName ?? '–'}</code>,
        ])}
      />
      <details>
        <summary>Files beside this report, with their hashes</summary>
        <Table
          head={['File', 'Bytes', 'SHA-256']}
          text={[2]}
          rows={report.files.map(({ path, bytes, sha256 }) => [
            path,
            bytes.toLocaleString('en-US'),
            <code>{sha256}</code>,
          ])}
        />
      </details>
      <h3>Words</h3>
      <dl class="terms">
        <dt>IoU</dt>
        <dd>overlap of two boxes: shared area over joined area</dd>
        <dt>AP</dt>
        <dd>area under the precision–recall curve of one class, read at 101 recalls</dd>
        <dt>mAP</dt>
        <dd>mean of AP over classes and over IoU .50, .55, … .95</dd>
        <dt>AR</dt>
        <dd>mean recall over classes and the same IoUs</dd>
        <dt>billable</dt>
        <dd>seconds for which the cloud bills an instance, added over all trials</dd>
        <dt>wall</dt>
        <dd>time from the start to the end of training or tuning, waits included</dd>
      </dl>
    </Section>
  )
}
