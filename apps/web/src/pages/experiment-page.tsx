import type { ExperimentView } from '@assay/contracts'
import { render } from 'preact-render-to-string'
import { Actions } from '../components/actions.tsx'
import { Lane, laneColumns, laneId } from '../components/lane.tsx'
import { Overview } from '../components/overview.tsx'
import { NamedStage } from '../components/stage-cell.tsx'
import { renderPage } from '../layout.tsx'

export interface ExperimentPageProps {
  experiment: ExperimentView
  now: string
}

const Shared = ({ experiment, now }: ExperimentPageProps) => (
  <ol class="steps" id="shared">
    {experiment.stages.map((stage) => (
      <NamedStage key={`${stage.stage} ${stage.part}`} stage={stage} now={now} />
    ))}
  </ol>
)

/** The parts of the page that change, by element id; each is replaced as a whole. */
export const renderFragments = ({ experiment, now }: ExperimentPageProps): ReadonlyMap<string, string> =>
  new Map([
    ['overview', render(<Overview experiment={experiment} now={now} />)],
    ['actions', render(<Actions experiment={experiment} />)],
    ['shared', render(<Shared experiment={experiment} now={now} />)],
    ...experiment.approaches.map((approach): [string, string] => [
      laneId(approach),
      render(<Lane approach={approach} experimentId={experiment.id} now={now} />),
    ]),
  ])

export const renderExperiment = ({ experiment, now }: ExperimentPageProps): string =>
  renderPage({
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
        <h2>What was asked for</h2>
        <details id="spec">
          <summary>The submitted specification, defaults filled in</summary>
          <pre>{JSON.stringify(experiment.spec, null, 2)}</pre>
        </details>
      </div>
    ),
  })
