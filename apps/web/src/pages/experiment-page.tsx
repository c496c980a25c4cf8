import type { ApproachDetail, ExperimentView } from '@assay/contracts'
import { render } from 'preact-render-to-string'
import { Actions } from '../components/actions.tsx'
import { Lane, laneColumns, laneId } from '../components/lane.tsx'
import { Overview } from '../components/overview.tsx'
import { NamedStage } from '../components/stage-cell.tsx'
import { Trials, trialsId, type TrialsProps } from '../components/trials.tsx'
import { renderPage } from '../layout.tsx'

export interface ExperimentPageProps {
  experiment: ExperimentView
  /** Tuned approaches with their trials, by id. */
  tunings: ReadonlyMap<string, ApproachDetail>
  now: string
}

const Shared = ({ experiment, now }: Pick<ExperimentPageProps, 'experiment' | 'now'>) => (
  <ol class="steps" id="shared">
    {experiment.stages.map((stage) => (
      <NamedStage key={`${stage.stage} ${stage.part}`} stage={stage} now={now} />
    ))}
  </ol>
)

/** One a tuned approach, in the order of the spec. */
const trialsProps = ({ experiment: { id, spec, approaches }, tunings, now }: ExperimentPageProps): TrialsProps[] =>
  approaches.flatMap((approach) => {
    const tuning = spec.approaches.find((one) => one.id === approach.id)?.tuning
    return tuning ? [{ approach, experimentId: id, tuning, detail: tunings.get(approach.id), now }] : []
  })

const Tunings = (props: ExperimentPageProps) => {
  const all = trialsProps(props)
  return all.length === 0 ? null : (
    <>
      <h2>Tuning</h2>
      {all.map((one) => (
        <Trials key={one.approach.id} {...one} />
      ))}
    </>
  )
}

/** The parts of the page that change, by element id; each is replaced as a whole. */
export const renderFragments = (props: ExperimentPageProps): ReadonlyMap<string, string> => {
  const { experiment, now } = props
  return new Map([
    ['overview', render(<Overview experiment={experiment} now={now} />)],
    ['actions', render(<Actions experiment={experiment} />)],
    ['shared', render(<Shared experiment={experiment} now={now} />)],
    ...experiment.approaches.map((approach): [string, string] => [
      laneId(approach),
      render(<Lane approach={approach} experimentId={experiment.id} now={now} />),
    ]),
    ...trialsProps(props).map((one): [string, string] => [trialsId(one.approach), render(<Trials {...one} />)]),
  ])
}

export const renderExperiment = (props: ExperimentPageProps): string => {
  const { experiment, now } = props
  return renderPage({
    title: experiment.name,
    environment: experiment.environment,
    children: (
      <div data-live={`/experiments/${experiment.id}/live`}>
        <h1>{experiment.name}</h1>
        <p class="small" id="connection" role="alert" hidden>
          The live connection is lost; trying again.
        </p>
        <Overview experiment={experiment} now={now} />
        <Actions experiment={experiment} />
        <h2>Whole experiment</h2>
        <Shared experiment={experiment} now={now} />
        <h2>Approaches</h2>
        <div class="scroll">
          <table class="lanes">
            <thead>
              <tr>
                <th scope="col">Approach</th>
                {laneColumns.map(({ title }) => (
                  <th scope="col" key={title}>
                    {title}
                  </th>
                ))}
                <th scope="col" class="score">
                  <abbr title="COCO mean average precision over IoU .50 to .95 on the test images">mAP</abbr>
                </th>
                <th scope="col" class="score">
                  <abbr title="Average precision at IoU .50 on the test images">AP50</abbr>
                </th>
              </tr>
            </thead>
            <tbody>
              {experiment.approaches.map((approach) => (
                <Lane key={approach.id} approach={approach} experimentId={experiment.id} now={now} />
              ))}
            </tbody>
          </table>
        </div>
        <Tunings {...props} />
        <h2>What was asked for</h2>
        <details id="spec">
          <summary>The submitted specification, defaults filled in</summary>
          <pre>{JSON.stringify(experiment.spec, null, 2)}</pre>
        </details>
      </div>
    ),
  })
}
