interface Point {
  id: string
  map: number
  costUsd: number
}

/** Ids of the points that no other beats in both mAP and cost, cheapest first. Equal points stand together. */
export const paretoFront = (points: readonly Point[]): string[] =>
  points
    .filter(
      ({ map, costUsd }) =>
        !points.some(
          (other) => other.map >= map && other.costUsd <= costUsd && (other.map > map || other.costUsd < costUsd),
        ),
    )
    .sort((a, b) => a.costUsd - b.costUsd || b.map - a.map)
    .map(({ id }) => id)
