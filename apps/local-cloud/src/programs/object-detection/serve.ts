import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { detect } from '@assay/detector'
import { loadModel, readImage } from '../container/detection-server.ts'
import type { ProgramContext } from '../container/run-program.ts'
import { serveHttp } from '../container/serve-http.ts'

/** Answers as the built-in algorithm does. Source: AWS developer guide, object-detection-in-formats. */
export const serve = async ({ folders, stop, port }: ProgramContext & { port: number }): Promise<void> => {
  const detector = loadModel(folders.model)
  const { nmsThreshold } = JSON.parse(readFileSync(join(folders.model, 'serving.json'), 'utf8')) as {
    nmsThreshold: number
  }
  await serveHttp({ port, stop }, async ({ body, contentType, accept }) => {
    const picture = await readImage(body, contentType)
    const { widthPx, heightPx } = picture
    const found = detect(detector, picture, { nmsThreshold })
    const answer = accept.includes('annotation=1')
      ? {
          image_size: [{ width: widthPx, height: heightPx, depth: 3 }],
          annotations: found.map(({ classIndex, score, box: [x1, y1, x2, y2] }) => ({
            class_id: classIndex,
            score,
            left: Math.round(x1 * widthPx),
            top: Math.round(y1 * heightPx),
            width: Math.round((x2 - x1) * widthPx),
            height: Math.round((y2 - y1) * heightPx),
          })),
        }
      : { prediction: found.map(({ classIndex, score, box }) => [classIndex, score, ...box]) }
    return { contentType: 'application/json', body: JSON.stringify(answer) }
  })
}
