/** Sets of the numbers 0 … count − 1 that are joined pair by pair (union–find, path halving). A set's name is its smallest member. */
export class DisjointSets {
  readonly #parent: Int32Array

  constructor(count: number) {
    this.#parent = Int32Array.from({ length: count }, (_, index) => index)
  }

  nameOf(member: number): number {
    const parent = this.#parent
    let at = member
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]]
      at = parent[at]
    }
    return at
  }

  join(a: number, b: number): void {
    const [first, second] = [this.nameOf(a), this.nameOf(b)]
    this.#parent[Math.max(first, second)] = Math.min(first, second)
  }
}
