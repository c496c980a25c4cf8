import type { Random } from '../random.ts'

/** Smooth random values, about −1 to 1, at any point of a plane. */
export type Noise = (x: number, y: number) => number

const LATTICE = 64

/** Value noise of one scale: random numbers on a lattice `cellPx` apart, blended between. */
export const createNoise = (random: Random, cellPx: number, stretch = 1): Noise => {
  const values = Float32Array.from({ length: LATTICE ** 2 }, () => 2 * random() - 1)
  const at = (column: number, row: number) => values[(row & (LATTICE - 1)) * LATTICE + (column & (LATTICE - 1))] ?? 0
  return (x, y) => {
    const u = x / cellPx + 7.3
    const v = y / (cellPx * stretch) + 3.1
    const [column, row] = [Math.floor(u), Math.floor(v)]
    const [a, b] = [ease(u - column), ease(v - row)]
    const upper = at(column, row) * (1 - a) + at(column + 1, row) * a
    const lower = at(column, row + 1) * (1 - a) + at(column + 1, row + 1) * a
    return upper * (1 - b) + lower * b
  }
}

const ease = (t: number): number => t * t * (3 - 2 * t)
