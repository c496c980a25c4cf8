import { between, type Brush, createNoise } from './steel-surface.ts'

/** Room for one defect, in px. */
export interface Room {
  x: number
  y: number
  width: number
  height: number
}

type Draw = (brush: Brush, room: Room, random: () => number) => void

/** 1 in the middle of the room, 0 at an uneven rim. */
const createBlotch = ({ x, y, width, height }: Room, random: () => number, roughness: number) => {
  const rim = createNoise(random, Math.max(width, height) + 2, Math.max(6, Math.min(width, height) / 3))
  return (px: number, py: number) => {
    const across = (2 * (px - x)) / width - 1
    const down = (2 * (py - y)) / height - 1
    return 1 - Math.hypot(across, down) + roughness * rim(px - x, py - y)
  }
}

function* pixelsOf({ x, y, width, height }: Room) {
  for (let py = Math.floor(y); py < y + height; py++)
    for (let px = Math.floor(x); px < x + width; px++) yield { px, py }
}

/** Dark blotches with a ragged rim: large and plain to see. */
const patches: Draw = (brush, room, random) => {
  const blotch = createBlotch(room, random, 0.35)
  const mottle = createNoise(random, 220, 5)
  const depth = between(random, 32, 70)
  for (const { px, py } of pixelsOf(room)) {
    const share = Math.min(1, blotch(px, py) * 4)
    if (share > 0) brush.add(px, py, -depth * share * (1 + 0.25 * mottle(px, py)))
  }
}

/** Slag pressed into the strip: a broken dark thread along the rolling direction. */
const inclusion: Draw = (brush, room, random) => {
  const depth = between(random, 30, 70)
  const bend = createNoise(random, 220, 220, 24)
  const gaps = createNoise(random, 220, 220, 9)
  const thickness = between(random, 1, Math.max(1.6, room.width / 5))
  for (let y = room.y; y < room.y + room.height; y++) {
    const along = (y - room.y) / room.height
    const taper = Math.min(1, 6 * Math.min(along, 1 - along) + 0.2)
    if (gaps(0, y) < -0.55) continue
    const centre = room.x + room.width / 2 + (room.width / 3) * bend(0, y)
    brush.dab(centre, y, thickness * taper * between(random, 0.5, 1), -depth * between(random, 0.25, 0.6))
  }
}

/** Bright straight scores, mostly along the rolling direction. */
const scratches: Draw = (brush, room, random) => {
  const shine = between(random, 26, 75)
  const thickness = between(random, 0.45, 1.3)
  const leansLeft = random() < 0.5
  const fade = createNoise(random, 420, 18)
  const strands = random() < 0.3 ? 2 : 1
  const steps = Math.ceil(Math.hypot(room.width, room.height) * 1.2)
  for (let strand = 0; strand < strands; strand++)
    for (let step = 0; step <= steps; step++) {
      const share = step / steps
      const x = room.x + room.width * (leansLeft ? 1 - share : share) + strand * between(random, 2.4, 2.8)
      brush.dab(x, room.y + room.height * share, thickness, shine * (0.5 + 0.3 * fade(step, 0)))
    }
}

/** A field of small dark pits of many sizes. */
const pittedSurface: Draw = (brush, room, random) => {
  const blotch = createBlotch(room, random, 0.3)
  const pits = Math.round(between(random, 0.012, 0.028) * room.width * room.height)
  const depth = between(random, 22, 50)
  for (let pit = 0; pit < pits; pit++) {
    const x = between(random, room.x, room.x + room.width)
    const y = between(random, room.y, room.y + room.height)
    if (blotch(x, y) > 0) brush.dab(x, y, between(random, 0.3, 1) ** 2 * 2.6, -depth * between(random, 0.5, 1))
  }
}

/** A net of hair cracks, hardly darker than the steel: the hard one. */
const crazing: Draw = (brush, room, random) => {
  const depth = between(random, 13, 28)
  const cracks = Math.round(between(random, 0.006, 0.011) * room.width * room.height)
  for (let crack = 0; crack < cracks; crack++) {
    let x = between(random, room.x, room.x + room.width)
    let y = between(random, room.y, room.y + room.height)
    const steps = between(random, 6, 20)
    const heading = random() < 0.75 ? 1 : 0.2
    for (let step = 0; step < steps; step++) {
      x += heading * between(random, 0.6, 1.2)
      y += (1.3 - heading) * between(random, -1.4, 1.6)
      if (x > room.x + room.width || y < room.y || y > room.y + room.height) break
      brush.add(Math.round(x), Math.round(y), -depth)
    }
  }
}

/** Scale rolled into the strip: flaky, lighter and darker spots side by side. */
const rolledInScale: Draw = (brush, room, random) => {
  const blotch = createBlotch(room, random, 0.4)
  const flakes = createNoise(random, 220, between(random, 4, 7), between(random, 6, 11))
  const contrast = between(random, 20, 42)
  for (const { px, py } of pixelsOf(room)) {
    const flake = flakes(px, py)
    const share = Math.min(1, blotch(px, py) * 3)
    if (share > 0 && Math.abs(flake) > 0.2)
      brush.add(px, py, contrast * share * (flake > 0 ? 0.55 : -1) * Math.abs(flake) * 1.6)
  }
}

export interface DefectClass {
  name: string
  /** Least and most width and height of its room, as shares of the picture's side. */
  width: [number, number]
  height: [number, number]
  draw: Draw
}

/** The six classes, in name order. */
export const defectClasses: readonly DefectClass[] = [
  { name: 'crazing', width: [0.35, 0.75], height: [0.3, 0.7], draw: crazing },
  { name: 'inclusion', width: [0.05, 0.14], height: [0.18, 0.6], draw: inclusion },
  { name: 'patches', width: [0.2, 0.48], height: [0.2, 0.48], draw: patches },
  { name: 'pitted_surface', width: [0.3, 0.7], height: [0.3, 0.7], draw: pittedSurface },
  { name: 'rolled-in_scale', width: [0.25, 0.55], height: [0.25, 0.55], draw: rolledInScale },
  { name: 'scratches', width: [0.04, 0.16], height: [0.35, 0.9], draw: scratches },
]
