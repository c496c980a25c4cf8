const blockLimit = 512

export interface Keyed {
  readonly key: string
}

/** Entries in the order of their keys' code units; found, set and removed in logarithmic time, walked from any key on. */
export interface SortedIndex<T extends Keyed> {
  readonly size: number
  get(key: string): T | undefined
  /** Returns the entry that was replaced. */
  set(entry: T): T | undefined
  delete(key: string): T | undefined
  /** Entries with keys ≥ `key`. The index must not be changed during the walk. */
  from(key: string): Iterable<T>
}

/**
 * Sorted blocks of at most 512 entries: two binary searches find a key, an insertion moves at most one block.
 * It costs about ten bytes an entry beside the entry itself, where a Map and a sorted array would cost some fifty.
 */
export const createSortedIndex = <T extends Keyed>(): SortedIndex<T> => {
  const blocks: T[][] = []
  let size = 0

  /** The last block that starts at or before the key. */
  const blockOf = (key: string): number => {
    let low = 0
    let high = blocks.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (blocks[middle][0].key <= key) low = middle + 1
      else high = middle
    }
    return Math.max(0, low - 1)
  }

  /** The place of the first entry with a key ≥ `key`. */
  const placeIn = (block: readonly T[], key: string): number => {
    let low = 0
    let high = block.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (block[middle].key < key) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Ascending keys fill blocks to the brim; others split them in halves. */
  const split = (at: number, block: T[], place: number) => {
    const cut = at === blocks.length - 1 && place === block.length - 1 ? block.length - 1 : block.length >>> 1
    blocks.splice(at, 1, block.slice(0, cut), block.slice(cut))
  }

  return {
    get size() {
      return size
    },
    get: (key) => {
      if (blocks.length === 0) return undefined
      const block = blocks[blockOf(key)]
      const entry = block[placeIn(block, key)]
      return entry?.key === key ? entry : undefined
    },
    set: (entry) => {
      if (blocks.length === 0) {
        blocks.push([entry])
        size = 1
        return undefined
      }
      const at = blockOf(entry.key)
      const block = blocks[at]
      const place = placeIn(block, entry.key)
      const present = block[place]
      if (present?.key === entry.key) {
        block[place] = entry
        return present
      }
      block.splice(place, 0, entry)
      size++
      if (block.length > blockLimit) split(at, block, place)
      return undefined
    },
    delete: (key) => {
      if (blocks.length === 0) return undefined
      const at = blockOf(key)
      const block = blocks[at]
      const place = placeIn(block, key)
      const present = block[place]
      if (present?.key !== key) return undefined
      block.splice(place, 1)
      size--
      if (block.length === 0) blocks.splice(at, 1)
      return present
    },
    *from(key) {
      if (blocks.length === 0) return
      const first = blockOf(key)
      for (let at = first; at < blocks.length; at++) {
        const block = blocks[at]
        for (let place = at === first ? placeIn(block, key) : 0; place < block.length; place++) yield block[place]
      }
    },
  }
}
