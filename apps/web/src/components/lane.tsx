import type { ApproachView, StageName } from '@assay/contracts'
import { formatScore } from '../format.ts'
import { StageCell } from './stage-cell.tsx'
import { State } from './state.tsx'

/** The columns of every lane; tuning is training many times. */
export const laneColumns: readonly { title: string; stages: readonly StageName[] }[] = [
  { title: 'Train or tune', stages: ['train', 'tune'] },
  { title: 'Deploy', stages: ['deploy'] },
  { title: 'Infer', stages: ['infer'] },
  { title: 'Evaluate', stages: ['evaluate'] },
  { title: 'Tear down', stages: ['teardown'] },
]

export const laneId = ({ id }: Pick<ApproachView, 'id'>): string => `lane-${id}`

export interface LaneProps {
  approach: ApproachView
  experimentId: string
  now: string
}

/** One approach from training to teardown, as a row. */
export const Lane = ({ approach, experimentId, now }: LaneProps) => (
  <tr id={laneId(approach)}>
    <th scope="row">
      <a href={`/v1/experiments/${experimentId}/approaches/${approach.id}`}>{approach.title}</a>
      <span class="small">
        {approach.recipe}
        {approach.attempt > 1 ? `, attempt ${approach.attempt}` : ''}
      </span>
      <State state={approach.state} />
    </th>
    {laneColumns.map(({ title, stages }) => {
      const stage = approach.stages.find(({ stage }) => stages.includes(stage))
      return (
        <td key={title} data-column={title}>
          {stage ? <StageCell stage={stage} now={now} /> : null}
        </td>
      )
    })}
    <td class="num score" data-column="mAP">
      {approach.map === undefined ? <span class="small">–</span> : formatScore(approach.map)}
    </td>
    <td class="num score" data-column="AP50">
      {approach.ap50 === undefined ? <span class="small">–</span> : formatScore(approach.ap50)}
    </td>
  </tr>
)
