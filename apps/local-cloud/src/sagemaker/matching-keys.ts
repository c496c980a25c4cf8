const mostParts = 8

/**
 * Keys that contain a part, remembered for the last eight parts: whoever pages or polls asks for the same one again. A list of keys that
 * only grew is looked through from where it had ended.
 */
export const createMatchingKeys = () => {
  const known = new Map<string, { source: readonly string[]; seen: number; found: string[] }>()
  return (keys: readonly string[], part: string): readonly string[] => {
    const before = known.get(part)
    const match = before?.source === keys ? before : { source: keys, seen: 0, found: [] }
    known.delete(part)
    known.set(part, match)
    const oldest = known.keys().next().value
    if (known.size > mostParts && oldest !== undefined) known.delete(oldest)
    for (; match.seen < keys.length; match.seen += 1) {
      const key = keys[match.seen] ?? ''
      if (key.includes(part)) match.found.push(key)
    }
    return match.found
  }
}
