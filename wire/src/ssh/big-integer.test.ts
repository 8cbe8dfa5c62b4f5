import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { jacobiSymbol, modulo } from './big-integer.ts'

/** The 255-bit prime of Curve25519. */
const p = (1n << 255n) - 19n

describe('jacobiSymbol', () => {
  it("agrees with Euler's criterion for any number modulo a prime", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -p, max: 4n * p }), (number) => {
        const euler = power(modulo(number, p), (p - 1n) / 2n)
        assert.equal(BigInt(jacobiSymbol(number, p)), euler === p - 1n ? -1n : euler)
      }),
      { numRuns: 200 },
    )
  })

  it('knows all residues of small primes', () => {
    for (const prime of [3n, 5n, 7n, 11n, 13n, 17n]) {
      const squares = new Set(
        Array.from({ length: Number(prime) }, (_, i) => BigInt(i * i) % prime),
      )
      for (let number = 0n; number < prime; number += 1n) {
        const wanted = number === 0n ? 0 : squares.has(number) ? 1 : -1
        assert.equal(jacobiSymbol(number, prime), wanted, `${number} modulo ${prime}`)
      }
    }
  })
})

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % p
    square = (square * square) % p
  }
  return result
}
