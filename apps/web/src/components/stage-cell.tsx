import { isInCloud, type Progress, type StageView } from '@assay/contracts'
import { formatCount, secondsBetween } from '../format.ts'
import { formatDuration } from '../format-duration.ts'
import { stageWords } from '../words.ts'
import { Age, Until } from './age.tsx'
import { State } from './state.tsx'

const Bar = ({ done, total, unit = '' }: Pick<Progress, 'done' | 'total' | 'unit'>) =>
  done === undefined || total === undefined || total <= 0 ? null : (
    <span class="bar">
      <progress value={done} max={total} aria-label={`${done} of ${total} ${unit}`} />
      <span class="num">
        {formatCount(done)}/{formatCount(total)} {unit}
      </span>
    </span>
  )

/** A deadline further off than this concerns nobody yet. */
const DEADLINE_SHOWN_SECONDS = 86_400

const Deadline = ({ deadlineAt, now }: { deadlineAt: string | undefined; now: string }) =>
  deadlineAt === undefined || secondsBetween(now, deadlineAt) > DEADLINE_SHOWN_SECONDS ? null : (
    <>
      {', fails unless done in '}
      <Until until={deadlineAt} now={now} />
    </>
  )

/** What it does or waits for, for how long, when it looks next, and by when it must be done. */
const Doing = ({ progress, now }: { progress: Progress; now: string }) => (
  <span class="doing">
    <span class="message">{progress.message}</span>
    <span class="ages">
      for <Age since={progress.since} now={now} />
      {progress.nextLookAt === undefined ? null : (
        <>
          {', looks again in '}
          <Until until={progress.nextLookAt} now={now} />
        </>
      )}
      <Deadline deadlineAt={progress.deadlineAt} now={now} />
    </span>
    <Bar {...progress} />
  </span>
)

const tookOf = ({ startedAt, endedAt }: StageView) =>
  startedAt === undefined || endedAt === undefined ? undefined : formatDuration(secondsBetween(startedAt, endedAt))

/** Why a stage ended as it did. What was only canceled or left out with its approach says enough by its state. */
const reasonOf = ({ state, reason }: StageView) => (state === 'failed' ? reason : undefined)

/** One stage: state, and whatever is known about it. */
export const StageCell = ({ stage, now }: { stage: StageView; now: string }) => {
  const took = tookOf(stage)
  const reason = reasonOf(stage)
  return (
    <>
      <State state={isInCloud(stage) ? 'in-cloud' : stage.state} />
      {took !== undefined && stage.state !== 'canceled' ? <span class="took num">{took}</span> : null}
      {stage.progress ? <Doing progress={stage.progress} now={now} /> : null}
      {stage.tries !== undefined && stage.tries > 1 ? <span class="tries">in {stage.tries} tries</span> : null}
      {reason ? <span class="reason">{reason.message}</span> : null}
    </>
  )
}

/** The same with the stage's name above, for where no column names it. */
export const NamedStage = ({ stage, now }: { stage: StageView; now: string }) => (
  <li class="step">
    <span class="step-name">
      {stageWords[stage.stage]}
      {stage.stage === 'prepare' && stage.part ? <span class="part"> {stage.part}</span> : null}
    </span>
    <StageCell stage={stage} now={now} />
  </li>
)
