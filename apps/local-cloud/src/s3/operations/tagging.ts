import { readBodyClaims } from '../body-claims.ts'
import type { S3Call } from '../call.ts'
import { findObject } from '../find-object.ts'
import type { Tag } from '../object-record.ts'
import { readShortBody } from '../receive-body.ts'
import { answer, answerXml } from '../respond.ts'
import { readTagging, writeTagging } from '../tags.ts'
import { parseXmlRequest } from '../xml.ts'

const maxBodyBytes = 64 << 10

const setTags = (call: S3Call, tags: readonly Tag[]) => {
  const { tags: _before, ...record } = findObject(call)
  call.buckets.get(call.bucket).index.put(tags.length ? { ...record, tags } : record)
}

export const getObjectTagging = (call: S3Call): void => {
  answerXml(call, 'Tagging', writeTagging(findObject(call).tags ?? []))
}

export const putObjectTagging = async (call: S3Call): Promise<void> => {
  findObject(call)
  const body = await readShortBody(call.body, readBodyClaims(call.req, call.query), maxBodyBytes, call.chunkVerifier)
  setTags(call, readTagging(parseXmlRequest(body, 'Tagging')))
  answer(call, 200)
}

export const deleteObjectTagging = (call: S3Call): void => {
  setTags(call, [])
  answer(call, 204)
}
