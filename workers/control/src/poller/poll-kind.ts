import type { SageMakerClient } from '@aws-sdk/client-sagemaker'
import type { CloudWait, Timing } from '@assay/pipeline'
import type { CloudWaiter } from '@assay/queue'
import { stateListings } from './list-states.ts'

export interface PollKindDeps {
  sagemaker: SageMakerClient
  wake: (resource: Pick<CloudWait, 'kind' | 'name'>) => Promise<unknown>
  timing: Timing
}

/** The cloud's stamps may be cut to whole seconds. */
const STAMP_MS = 1_000

/** A listing may lack the secondary status. */
const isChanged = (listed: string, known: string) => listed !== known && !known.startsWith(`${listed} `)

const byName = (waiters: readonly CloudWaiter[]) => {
  const groups = new Map<string, CloudWaiter[]>()
  for (const waiter of waiters) groups.set(waiter.wait.name, [...(groups.get(waiter.wait.name) ?? []), waiter])
  return groups
}

/**
 * Makes a look at all resources of one kind: lists what changed since the last look and wakes who waits for a state that is no more.
 * Level, not edge: a waiter that was found to be due is woken at every look until it has entered itself anew or left. What a look
 * remembers only shortens the next listing; a process without memory lists from the oldest waiter's last change on.
 */
export const createPollKind = (kind: CloudWait['kind'], { sagemaker, wake, timing }: PollKindDeps) => {
  const { list, absentIsGone } = stateListings[kind]
  /** Waiters, as JSON, that a complete listing has covered, and those of them that were found to be due. */
  let covered: ReadonlySet<string> = new Set()
  let due: ReadonlySet<string> = new Set()
  /** Newest change that a complete listing has shown. */
  let listedUntilMs = Number.POSITIVE_INFINITY

  const windowFor = (waiters: readonly CloudWaiter[]) => {
    const fresh = waiters.filter((waiter) => !covered.has(JSON.stringify(waiter)))
    const modifiedMs = fresh.reduce(
      (least, { wait }) => Math.min(least, wait.modifiedAtMs),
      listedUntilMs - timing.visibleMs,
    )
    const createdMs = waiters.reduce((least, { wait }) => Math.min(least, wait.createdAtMs), Number.POSITIVE_INFINITY)
    return { createdAfter: new Date(createdMs - STAMP_MS), modifiedAfter: new Date(modifiedMs - STAMP_MS) }
  }

  return async (waiters: readonly CloudWaiter[]): Promise<void> => {
    if (waiters.length === 0) return
    const groups = byName(waiters)
    const nowDue = new Set<string>()
    const wakeOnce = async (name: string, found: readonly CloudWaiter[]) => {
      if (found.length === 0) return
      for (const waiter of found) nowDue.add(JSON.stringify(waiter))
      await wake({ kind, name })
    }
    let untilMs = waiters.reduce((newest, { wait }) => Math.max(newest, wait.modifiedAtMs), 0)
    const listed = new Set<string>()
    for await (const page of list(sagemaker, windowFor(waiters)))
      for (const { name, state, modifiedAtMs } of page) {
        listed.add(name)
        untilMs = Math.max(untilMs, modifiedAtMs)
        await wakeOnce(
          name,
          (groups.get(name) ?? []).filter(({ wait }) => isChanged(state, wait.state)),
        )
      }
    for (const [name, group] of groups) {
      const isGone = absentIsGone && !listed.has(name)
      const missed = group.filter((waiter) => isGone || due.has(JSON.stringify(waiter)))
      await wakeOnce(
        name,
        missed.filter((waiter) => !nowDue.has(JSON.stringify(waiter))),
      )
    }
    covered = new Set(waiters.map((waiter) => JSON.stringify(waiter)))
    due = nowDue
    listedUntilMs = untilMs
  }
}
