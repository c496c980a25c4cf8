import { isMainThread } from 'node:worker_threads'
import { GetObjectCommand } from '@aws-sdk/client-s3'
import { runWorker } from '@assay/runtime'
import { createEvaluate } from './evaluate.ts'
import { judgeInThread, runEvaluationThread } from './judge-thread.ts'
import { createReport } from './report.ts'

if (isMainThread)
  await runWorker('worker-report', 'report', ({ clients, bulk, region }) => {
    const readImage = async (bucket: string, key: string) => {
      const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
      return (await Body?.transformToByteArray()) ?? new Uint8Array()
    }
    return {
      handlers: {
        evaluate: createEvaluate({ bulk, judge: judgeInThread }),
        report: createReport({ bulk, judge: judgeInThread, region, readImage }),
      },
    }
  })
else await runEvaluationThread()
