import { defineCommand } from 'citty'

/** `assay evaluate`: COCO files in, COCO's numbers out. Result on stdout, refused input exits 2 with one line on stderr. */
export const evaluateCommand = defineCommand({
  meta: { name: 'evaluate', description: 'Judge COCO detections against COCO ground truth; compare several' },
  args: {
    'ground-truth': { type: 'string', description: 'COCO ground truth (JSON)', valueHint: 'gt.json' },
    detections: { type: 'string', description: 'COCO results (JSON); may be repeated', valueHint: 'dt.json' },
    'validation-ground-truth': {
      type: 'string',
      description: 'COCO ground truth of the images on which thresholds are chosen',
      valueHint: 'val-gt.json',
    },
    'validation-detections': {
      type: 'string',
      description: 'COCO results on those images, one for each --detections and in their order',
      valueHint: 'val-dt.json',
    },
    json: { type: 'boolean', description: 'Print one JSON object instead of tables' },
    report: { type: 'string', description: 'Also write an HTML page', valueHint: 'out.html' },
  },
  run: async ({ rawArgs }) => {
    // Loaded only when asked for, so that the other commands start without it.
    const { runEvaluate } = await import('./evaluate/run-evaluate.ts')
    await runEvaluate(rawArgs, (text) => void process.stdout.write(text))
  },
})
