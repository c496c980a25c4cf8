// AssemblyScript; compiled by `npm run build:kernels`. Every pointer is a byte address of 32-bit floats; every channel count
// is a multiple of 8. No relaxed SIMD, so that results are the same on every processor.

const F: usize = 4

@inline
function rowsOf4(kCount: usize, a: usize, aRow: usize, aCol: usize, b: usize, bRow: usize, c: usize, cRow: usize, add: bool): void {
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00
  let a0 = a, a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow
  for (let k: usize = 0; k < kCount; k++) {
    const b0 = v128.load(b), b1 = v128.load(b, 16)
    let s = v128.load32_splat(a0)
    c00 = f32x4.add(c00, f32x4.mul(s, b0)); c01 = f32x4.add(c01, f32x4.mul(s, b1))
    s = v128.load32_splat(a1)
    c10 = f32x4.add(c10, f32x4.mul(s, b0)); c11 = f32x4.add(c11, f32x4.mul(s, b1))
    s = v128.load32_splat(a2)
    c20 = f32x4.add(c20, f32x4.mul(s, b0)); c21 = f32x4.add(c21, f32x4.mul(s, b1))
    s = v128.load32_splat(a3)
    c30 = f32x4.add(c30, f32x4.mul(s, b0)); c31 = f32x4.add(c31, f32x4.mul(s, b1))
    a0 += aCol; a1 += aCol; a2 += aCol; a3 += aCol
    b += bRow
  }
  let p = c
  if (add) {
    c00 = f32x4.add(c00, v128.load(p)); c01 = f32x4.add(c01, v128.load(p, 16)); p += cRow
    c10 = f32x4.add(c10, v128.load(p)); c11 = f32x4.add(c11, v128.load(p, 16)); p += cRow
    c20 = f32x4.add(c20, v128.load(p)); c21 = f32x4.add(c21, v128.load(p, 16)); p += cRow
    c30 = f32x4.add(c30, v128.load(p)); c31 = f32x4.add(c31, v128.load(p, 16))
    p = c
  }
  v128.store(p, c00); v128.store(p, c01, 16); p += cRow
  v128.store(p, c10); v128.store(p, c11, 16); p += cRow
  v128.store(p, c20); v128.store(p, c21, 16); p += cRow
  v128.store(p, c30); v128.store(p, c31, 16)
}

/** C[m×n] (+)= A[m×k] · B[k×n]. A has free strides (in floats); rows of B and C are contiguous; n is a multiple of 8. */
export function gemm(m: u32, n: u32, k: u32, a: usize, aRow: u32, aCol: u32, b: usize, c: usize, add: bool): void {
  const aRowBytes = <usize>aRow * F, aColBytes = <usize>aCol * F, rowBytes = <usize>n * F
  const rows = <usize>m, whole = rows & ~3
  for (let j: u32 = 0; j < n; j += 8) {
    const bj = b + <usize>j * F
    for (let i: usize = 0; i < whole; i += 4)
      rowsOf4(k, a + i * aRowBytes, aRowBytes, aColBytes, bj, rowBytes, c + i * rowBytes + <usize>j * F, rowBytes, add)
    for (let i = whole; i < rows; i++) {
      let c0 = f32x4.splat(0), c1 = c0
      let ap = a + i * aRowBytes, bp = bj
      for (let q: u32 = 0; q < k; q++) {
        const s = v128.load32_splat(ap)
        c0 = f32x4.add(c0, f32x4.mul(s, v128.load(bp))); c1 = f32x4.add(c1, f32x4.mul(s, v128.load(bp, 16)))
        ap += aColBytes; bp += rowBytes
      }
      const cp = c + i * rowBytes + <usize>j * F
      if (add) { c0 = f32x4.add(c0, v128.load(cp)); c1 = f32x4.add(c1, v128.load(cp, 16)) }
      v128.store(cp, c0); v128.store(cp, c1, 16)
    }
  }
}

@inline
function copyRow(to: usize, from: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 32) {
    v128.store(to + i, v128.load(from + i)); v128.store(to + i, v128.load(from + i, 16), 16)
  }
}

@inline
function zeroRow(to: usize, bytes: usize): void {
  const zero = f32x4.splat(0)
  for (let i: usize = 0; i < bytes; i += 32) { v128.store(to + i, zero); v128.store(to + i, zero, 16) }
}

@inline
function addRow(to: usize, from: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 32) {
    v128.store(to + i, f32x4.add(v128.load(to + i), v128.load(from + i)))
    v128.store(to + i, f32x4.add(v128.load(to + i, 16), v128.load(from + i, 16)), 16)
  }
}

/** Lays the 3×3 surroundings (padding 1) of every output pixel of one [h, w, c] image beside each other: [h/s · w/s, 9c]. */
export function im2col(x: usize, h: i32, w: i32, c: u32, stride: i32, out: usize): void {
  const pixel = <usize>c * F
  for (let y = 0; y < h; y += stride) for (let xx = 0; xx < w; xx += stride) for (let ky = -1; ky <= 1; ky++) {
    const sy = y + ky
    if (sy < 0 || sy >= h) { zeroRow(out, 3 * pixel); out += 3 * pixel; continue }
    const from = x + <usize>(sy * w + xx) * pixel
    if (xx > 0 && xx < w - 1) { copyRow(out, from - pixel, 3 * pixel); out += 3 * pixel; continue }
    if (xx > 0) copyRow(out, from - pixel, pixel); else zeroRow(out, pixel)
    copyRow(out + pixel, from, pixel)
    if (xx < w - 1) copyRow(out + 2 * pixel, from + pixel, pixel); else zeroRow(out + 2 * pixel, pixel)
    out += 3 * pixel
  }
}

/** The transpose of im2col: adds every entry of `columns` back to the pixel it came from. */
export function col2im(columns: usize, h: i32, w: i32, c: u32, stride: i32, dx: usize): void {
  const pixel = <usize>c * F
  for (let y = 0; y < h; y += stride) for (let xx = 0; xx < w; xx += stride) for (let ky = -1; ky <= 1; ky++) {
    const sy = y + ky
    if (sy >= 0 && sy < h) {
      const to = dx + <usize>(sy * w + xx) * pixel
      if (xx > 0) addRow(to - pixel, columns, pixel)
      addRow(to, columns + pixel, pixel)
      if (xx < w - 1) addRow(to + pixel, columns + 2 * pixel, pixel)
    }
    columns += 3 * pixel
  }
}

/** out[c] = sum over rows of x[row, c]. */
export function columnSums(x: usize, rows: u32, c: u32, out: usize): void {
  const bytes = <usize>c * F
  zeroRow(out, bytes)
  for (let r: u32 = 0; r < rows; r++) { addRow(out, x, bytes); x += bytes }
}

/** out[c] = sum over rows of (x[row, c] − mean[c])². */
export function columnSquares(x: usize, mean: usize, rows: u32, c: u32, out: usize): void {
  const bytes = <usize>c * F
  zeroRow(out, bytes)
  for (let r: u32 = 0; r < rows; r++) {
    for (let i: usize = 0; i < bytes; i += 16) {
      const d = f32x4.sub(v128.load(x + i), v128.load(mean + i))
      v128.store(out + i, f32x4.add(v128.load(out + i), f32x4.mul(d, d)))
    }
    x += bytes
  }
}

/** out = relu?(x · scale[c] + shift[c] + residual?). `residual` 0: none. */
export function affine(x: usize, rows: u32, c: u32, scale: usize, shift: usize, residual: usize, relu: bool, out: usize): void {
  const bytes = <usize>c * F, zero = f32x4.splat(0)
  for (let r: u32 = 0; r < rows; r++) {
    for (let i: usize = 0; i < bytes; i += 16) {
      let v = f32x4.add(f32x4.mul(v128.load(x + i), v128.load(scale + i)), v128.load(shift + i))
      if (residual) v = f32x4.add(v, v128.load(residual + i))
      if (relu) v = f32x4.max(v, zero)
      v128.store(out + i, v)
    }
    x += bytes; out += bytes
    if (residual) residual += bytes
  }
}

/** Sets the gradient to 0 where the rectified output is 0. */
export function reluBackward(out: usize, gradient: usize, count: u32): void {
  const end = out + <usize>count * F, zero = f32x4.splat(0)
  while (out < end) {
    v128.store(gradient, v128.and(v128.load(gradient), f32x4.gt(v128.load(out), zero)))
    out += 16; gradient += 16
  }
}

/** sums[c] = Σ dy, products[c] = Σ dy · (x − mean) · inverse. */
export function normSums(dy: usize, x: usize, mean: usize, inverse: usize, rows: u32, c: u32, sums: usize, products: usize): void {
  const bytes = <usize>c * F
  zeroRow(sums, bytes)
  zeroRow(products, bytes)
  for (let r: u32 = 0; r < rows; r++) {
    for (let i: usize = 0; i < bytes; i += 16) {
      const g = v128.load(dy + i)
      const hat = f32x4.mul(f32x4.sub(v128.load(x + i), v128.load(mean + i)), v128.load(inverse + i))
      v128.store(sums + i, f32x4.add(v128.load(sums + i), g))
      v128.store(products + i, f32x4.add(v128.load(products + i), f32x4.mul(g, hat)))
    }
    x += bytes; dy += bytes
  }
}

/** dx = dy · p[c] + x · q[c] + r[c]: what batch normalisation's gradient comes to. `dx` may be `dy`. */
export function normBackward(dy: usize, x: usize, p: usize, q: usize, r: usize, rows: u32, c: u32, dx: usize): void {
  const bytes = <usize>c * F
  for (let row: u32 = 0; row < rows; row++) {
    for (let i: usize = 0; i < bytes; i += 16) {
      const v = f32x4.add(f32x4.mul(v128.load(dy + i), v128.load(p + i)), f32x4.mul(v128.load(x + i), v128.load(q + i)))
      v128.store(dx + i, f32x4.add(v, v128.load(r + i)))
    }
    dy += bytes; x += bytes; dx += bytes
  }
}

/** to += from. */
export function addTo(to: usize, from: usize, count: u32): void {
  const end = to + <usize>count * F
  while (to < end) { v128.store(to, f32x4.add(v128.load(to), v128.load(from))); to += 16; from += 16 }
}

/** out[y, x] = fine[y, x] + coarse[y/2, x/2] for one [h, w, c] image. */
export function upsampleAdd(fine: usize, coarse: usize, h: i32, w: i32, c: u32, out: usize): void {
  const pixel = <usize>c * F
  for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) {
    const from = coarse + <usize>((y >> 1) * (w >> 1) + (x >> 1)) * pixel
    for (let i: usize = 0; i < pixel; i += 16) v128.store(out + i, f32x4.add(v128.load(fine + i), v128.load(from + i)))
    fine += pixel; out += pixel
  }
}

/** coarse[y/2, x/2] += d[y, x] for one [h, w, c] image. */
export function upsampleBackward(d: usize, h: i32, w: i32, c: u32, coarse: usize): void {
  const pixel = <usize>c * F
  for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) {
    addRow(coarse + <usize>((y >> 1) * (w >> 1) + (x >> 1)) * pixel, d, pixel)
    d += pixel
  }
}

/** out[n×m] = in[m×n] transposed. */
export function transpose(input: usize, m: u32, n: u32, out: usize): void {
  for (let i: u32 = 0; i < m; i++) for (let j: u32 = 0; j < n; j++)
    f32.store(out + (<usize>j * m + i) * F, f32.load(input + (<usize>i * n + j) * F))
}
