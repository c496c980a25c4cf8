/** One thing that was looked at again. */
export interface Check {
  what: string
  /** As the report states it. */
  stated: string
  /** As the files beside it say. */
  found: string
  ok: boolean
}

export const check = (what: string, stated: unknown, found: unknown, ok = stated === found): Check => ({
  what,
  stated: String(stated),
  found: String(found),
  ok,
})

/** Both are computed by the same rules from the same files, so nothing but the last bits of a sum may differ. */
export const sameNumber = (a: number, b: number) => Math.abs(a - b) <= 1e-9
