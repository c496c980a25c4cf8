import { KERNELS_WASM_BASE64 } from './kernels-wasm.ts'

/** Byte address in the kernels' memory. */
export type Address = number

/** The functions of assembly/kernels.as, where each is described. Booleans are 0 or 1. */
export interface KernelFunctions {
  gemm: (
    m: number,
    n: number,
    k: number,
    a: Address,
    aRow: number,
    aColumn: number,
    b: Address,
    c: Address,
    add: number,
  ) => void
  im2col: (x: Address, h: number, w: number, c: number, stride: number, out: Address) => void
  col2im: (columns: Address, h: number, w: number, c: number, stride: number, dx: Address) => void
  columnSums: (x: Address, rows: number, c: number, out: Address) => void
  columnSquares: (x: Address, mean: Address, rows: number, c: number, out: Address) => void
  affine: (
    x: Address,
    rows: number,
    c: number,
    scale: Address,
    shift: Address,
    residual: Address,
    relu: number,
    out: Address,
  ) => void
  reluBackward: (out: Address, gradient: Address, count: number) => void
  normSums: (
    dy: Address,
    x: Address,
    mean: Address,
    inverse: Address,
    rows: number,
    c: number,
    sums: Address,
    products: Address,
  ) => void
  normBackward: (
    dy: Address,
    x: Address,
    p: Address,
    q: Address,
    r: Address,
    rows: number,
    c: number,
    dx: Address,
  ) => void
  addTo: (to: Address, from: Address, count: number) => void
  upsampleAdd: (fine: Address, coarse: Address, h: number, w: number, c: number, out: Address) => void
  upsampleBackward: (d: Address, h: number, w: number, c: number, coarse: Address) => void
  transpose: (input: Address, m: number, n: number, out: Address) => void
}

/** Kernels with a memory of their own: reserve everything, commit once, then take views. */
export interface Kernels extends KernelFunctions {
  /** Puts `count` floats aside, 16-byte aligned, zero at first. Only before `commit`. */
  reserve: (count: number) => Address
  /** Grows the memory to hold what was reserved; views stay valid from here on. */
  commit: () => void
  view: (address: Address, count: number) => Float32Array
}

const PAGE_BYTES = 65536

/** What is used of the global `WebAssembly`, which Node's own types leave out. */
interface WebAssemblyApi {
  Module: new (bytes: Uint8Array) => object
  Instance: new (module: object, imports: object) => { exports: object }
}
const { WebAssembly: wasm } = globalThis as unknown as { WebAssembly: WebAssemblyApi }
let compiled: object | undefined

/** Instantiates the kernels (under 1 ms). */
export const createKernels = (): Kernels => {
  compiled ??= new wasm.Module(Buffer.from(KERNELS_WASM_BASE64, 'base64'))
  // The stub runtime's abort is never reached: the kernels allocate nothing and check nothing.
  const instance = new wasm.Instance(compiled, { env: { abort: () => undefined } })
  const functions = instance.exports as KernelFunctions & {
    memory: { buffer: ArrayBuffer; grow: (pages: number) => number }
  }
  const { memory } = functions
  let nextFree = PAGE_BYTES
  let committed = false
  return {
    ...functions,
    reserve: (count) => {
      if (committed) throw new Error('memory is committed: reserve before')
      const address = nextFree
      nextFree += Math.ceil(count / 16) * 64
      return address
    },
    commit: () => {
      const missing = Math.ceil(nextFree / PAGE_BYTES) - memory.buffer.byteLength / PAGE_BYTES
      if (missing > 0) memory.grow(missing)
      committed = true
    },
    view: (address, count) => new Float32Array(memory.buffer, address, count),
  }
}
