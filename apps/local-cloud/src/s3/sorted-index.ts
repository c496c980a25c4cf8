const blockLimit = 512
const leastRows = 8

/** How a value is kept as a row of bytes. */
export interface RowCodec<T> {
  /** Width of a row. */
  readonly bytes: number
  /** @param at - where the row begins */
  write(rows: Buffer, at: number, value: T): void
  read(rows: Buffer, at: number): T
}

/** A key on a walk; its value is read when it is wanted. */
export interface Keyed<T> {
  readonly key: string
  readonly read: () => T
}

/** Values in the order of their keys' code units; found, set and removed in logarithmic time, walked from any key on. */
export interface SortedIndex<T> {
  readonly size: number
  get(key: string): T | undefined
  /** Returns the value that was replaced. */
  set(key: string, value: T): T | undefined
  delete(key: string): T | undefined
  /** Keys ≥ `key`. The index must not be changed during the walk. */
  from(key: string): Iterable<Keyed<T>>
}

/** Keys in order, and the row of each in one buffer, which may have room for more. */
interface Block {
  keys: string[]
  rows: Buffer
}

/**
 * Sorted blocks of at most 512 keys: two binary searches find a key, an insertion moves at most one block. Values are rows of
 * bytes outside the heap: an object for each would cost as much again, and the garbage collector's time.
 */
export const createSortedIndex = <T>(codec: RowCodec<T>): SortedIndex<T> => {
  const width = codec.bytes
  const blocks: Block[] = []
  let size = 0

  /** The last block that starts at or before the key. */
  const blockOf = (key: string): number => {
    let low = 0
    let high = blocks.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (blocks[middle].keys[0] <= key) low = middle + 1
      else high = middle
    }
    return Math.max(0, low - 1)
  }

  /** The place of the first key ≥ `key`. */
  const placeIn = ({ keys }: Block, key: string): number => {
    let low = 0
    let high = keys.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (keys[middle] < key) low = middle + 1
      else high = middle
    }
    return low
  }

  const rowsFor = (count: number): Buffer => Buffer.allocUnsafeSlow(Math.max(leastRows, count) * width)

  const insert = (block: Block, place: number, key: string) => {
    const count = block.keys.length
    if ((count + 1) * width > block.rows.length) {
      const grown = rowsFor(Math.min(blockLimit + 1, Math.ceil(count * 1.5)))
      block.rows.copy(grown, 0, 0, count * width)
      block.rows = grown
    }
    block.rows.copyWithin((place + 1) * width, place * width, count * width)
    block.keys.splice(place, 0, key)
  }

  const part = ({ keys, rows }: Block, from: number, to: number): Block => {
    const taken = { keys: keys.slice(from, to), rows: rowsFor(to - from) }
    rows.copy(taken.rows, 0, from * width, to * width)
    return taken
  }

  /** Ascending keys fill blocks to the brim; others split them in halves. */
  const split = (at: number, block: Block, place: number) => {
    const { length } = block.keys
    const cut = at === blocks.length - 1 && place === length - 1 ? length - 1 : length >>> 1
    blocks.splice(at, 1, part(block, 0, cut), part(block, cut, length))
  }

  /** The block of a key that is there and its place in it. */
  const find = (key: string): { at: number; block: Block; place: number } | undefined => {
    if (blocks.length === 0) return undefined
    const at = blockOf(key)
    const block = blocks[at]
    const place = placeIn(block, key)
    return block.keys[place] === key ? { at, block, place } : undefined
  }

  return {
    get size() {
      return size
    },
    get: (key) => {
      const found = find(key)
      return found && codec.read(found.block.rows, found.place * width)
    },
    set: (key, value) => {
      const found = find(key)
      if (found) {
        const replaced = codec.read(found.block.rows, found.place * width)
        codec.write(found.block.rows, found.place * width, value)
        return replaced
      }
      if (blocks.length === 0) blocks.push({ keys: [], rows: rowsFor(0) })
      const at = blockOf(key)
      const block = blocks[at]
      const place = placeIn(block, key)
      insert(block, place, key)
      codec.write(block.rows, place * width, value)
      size++
      if (block.keys.length > blockLimit) split(at, block, place)
      return undefined
    },
    delete: (key) => {
      const found = find(key)
      if (!found) return undefined
      const { at, block, place } = found
      const gone = codec.read(block.rows, place * width)
      block.rows.copyWithin(place * width, (place + 1) * width, block.keys.length * width)
      block.keys.splice(place, 1)
      size--
      if (block.keys.length === 0) blocks.splice(at, 1)
      return gone
    },
    *from(key) {
      if (blocks.length === 0) return
      const first = blockOf(key)
      for (let at = first; at < blocks.length; at++) {
        const { keys, rows } = blocks[at]
        for (let place = at === first ? placeIn(blocks[at], key) : 0; place < keys.length; place++)
          yield { key: keys[place], read: () => codec.read(rows, place * width) }
      }
    },
  }
}
