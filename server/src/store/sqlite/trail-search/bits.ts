/** Offsets, both inclusive. */
export interface Window {
  readonly low: number
  readonly high: number
}

/** A bit for each record from the first byte's on, to the last that a window has: whole words of four bytes, so that these can be held against each other. */
export interface Bits {
  /** Of all bytes of the stretch. */
  readonly first: number
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** Those of none of the records. */
export function noBits(windows: readonly Window[]): Bits {
  const first = ((windows[0]?.low ?? 0) >> 5) * 4
  const end = (((windows.at(-1)?.high ?? -1) >> 5) + 1) * 4
  return { first, bytes: new Uint8Array(end - first) }
}

/** Of a list from the first byte of the stretch on, without what is outside of the windows. */
export function bitsWithin(list: Uint8Array, windows: readonly Window[]): Bits {
  const kept = noBits(windows)
  const { first, bytes } = kept
  const keep = (at: number, mask: number) => {
    bytes[at - first] = (bytes[at - first] ?? 0) | ((list[at] ?? 0) & mask)
  }
  for (const { low, high } of windows) {
    const [begin, end] = [low >> 3, high >> 3]
    const [from, to] = [(0xff << (low & 7)) & 0xff, 0xff >> (7 - (high & 7))]
    if (begin === end) {
      keep(begin, from & to)
      continue
    }
    keep(begin, from)
    bytes.set(list.subarray(begin + 1, end), begin + 1 - first)
    keep(end, to)
  }
  return kept
}

export function setBit(bits: Uint8Array, offset: number): void {
  bits[offset >> 3] = (bits[offset >> 3] ?? 0) | (1 << (offset & 7))
}

/** The offsets that have their bit, upwards or downwards; `first` is that of the first byte. */
export function* walkBits(first: number, bytes: Uint8Array, step: 1 | -1): Generator<number> {
  for (let at = step === 1 ? 0 : bytes.length - 1; ; at += step) {
    const byte = bytes[at]
    if (byte === undefined) return
    if (byte === 0) continue
    for (let n = 0; n < 8; n++) {
      const bit = step === 1 ? n : 7 - n
      if (((byte >> bit) & 1) === 1) yield (first + at) * 8 + bit
    }
  }
}

/** Wherever these begin in their buffer. */
export function onesInBytes(bits: Uint8Array): number {
  let count = 0
  for (const byte of bits) count += BITS_IN[byte] ?? 0
  return count
}

const BITS_IN = Uint8Array.from({ length: 256 }, (_, byte) => bitsIn(byte))

function bitsIn(byte: number): number {
  let count = 0
  for (let rest = byte; rest > 0; rest &= rest - 1) count += 1
  return count
}

/** Two, four and eight bits at once, then all. */
export function onesInWords(words: Uint32Array): number {
  let count = 0
  for (const word of words) {
    const twos = word - ((word >>> 1) & 0x5555_5555)
    const fours = (twos & 0x3333_3333) + ((twos >>> 2) & 0x3333_3333)
    count += Math.imul((fours + (fours >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24
  }
  return count
}
