/** Dollars for people: cents, but of small amounts two figures that count. */
export const formatUsd = (usd: number): string => {
  if (usd === 0 || usd >= 0.995) return `$${usd.toFixed(2)}`
  const decimals = Math.min(6, Math.max(2, 1 - Math.floor(Math.log10(usd))))
  return `$${usd.toFixed(decimals)}`
}
