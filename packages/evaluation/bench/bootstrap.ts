// Times 1,000 paired resamples of five approaches on 360 images (NEU-DET's test part) and on 5,000 (COCO val2017): npm run bench:bootstrap
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type GroundTruth, match, pairedBootstrap, parseDetectionsText, parseGroundTruthText } from '@assay/evaluation'
import { type LargeCase, cocoSized, writeLargeCase } from './large-case.ts'

const neuDetSized: LargeCase = { images: 360, categories: 6, objectsPerImage: 2.3, detectionsPerImage: 20, seed: 1 }

/** Five approaches: the same detections with scores more or less disturbed. */
const approachesOf = (groundTruth: GroundTruth, bytes: Uint8Array) =>
  [0, 0.02, 0.05, 0.1, 0.3].map((noise, i) => {
    const detections = parseDetectionsText(bytes, groundTruth)
    const scores = detections.scores.map((score, d) => score + noise * Math.sin(d * (i + 1) * 12.9898))
    return { id: `approach-${i + 1}`, matching: match(groundTruth, { ...detections, scores }) }
  })

const folder = mkdtempSync(join(fileURLToPath(new URL('.', import.meta.url)), 'bench-'))
try {
  for (const wanted of [neuDetSized, cocoSized]) {
    const files = ['gt.json', 'dt.json'].map((name) => join(folder, name))
    writeLargeCase(wanted, files[0], files[1])
    const groundTruth = parseGroundTruthText(readFileSync(files[0]))
    const approaches = approachesOf(groundTruth, readFileSync(files[1]))
    const before = process.cpuUsage()
    const comparison = pairedBootstrap(approaches)
    const { user, system } = process.cpuUsage(before)
    const told = comparison?.pairs.filter(({ verdict }) => verdict !== 'not distinguishable').length
    console.log(
      `${wanted.images} images, ${wanted.images * wanted.detectionsPerImage} detections an approach: 1000 paired resamples of 5 approaches` +
        ` in ${((user + system) / 1e6).toFixed(2)} CPU s; ${told} of 10 pairs can be told apart`,
    )
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
