import type { DatasetImage } from '@assay/contracts'
import type { SentImage } from '@assay/recipes'

/** What the model said to one image. */
export interface Answer {
  body: Uint8Array
  /** Size of what was really sent. */
  sent: SentImage
  /** Absent where nobody waited for it. */
  latencyMs?: number
}

/** Where a shard's answers come from. */
export interface Answers {
  /** For people: what the shard does. */
  message: string
  /** Asking again may help: the model is asked anew. */
  again: boolean
  of: (image: DatasetImage) => Promise<Answer>
}
