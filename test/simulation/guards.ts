import { parseResourceName } from '@assay/cloud'

const KINDS: Readonly<Record<string, string>> = {
  TrainingJob: 'training-job',
  HyperParameterTuningJob: 'tuning-job',
  TransformJob: 'transform-job',
  Model: 'model',
  EndpointConfig: 'endpoint-config',
  Endpoint: 'endpoint',
}

/**
 * What a call to the cloud takes for granted of the ledger; undefined where that holds. Looked at when the call arrives, for a run may come to
 * the same end without it by luck, or by the janitor's help.
 */
export const brokenGuard = (
  operation: string,
  input: Readonly<Record<string, unknown>>,
  has: (path: string) => boolean,
  approachIds: readonly string[],
): string | undefined => {
  const [, verb, noun = ''] = /^(Create|Delete|Stop)(\w+)$/.exec(operation) ?? []
  const kind = KINDS[noun]
  const owner = kind === undefined ? undefined : parseResourceName(String(input[`${noun}Name`]))
  if (verb === undefined || !owner) return undefined
  const prefix = `${approachIds[owner.approachIndex]}/${owner.attempt}/`
  if (verb === 'Create')
    return has(`${prefix}resources/${kind}.json`) ? undefined : `${operation} was sent before its intent was written`
  return has(`${prefix}closed.json`) || has('cancel.json')
    ? undefined
    : `${operation} was sent before the attempt was closed`
}
