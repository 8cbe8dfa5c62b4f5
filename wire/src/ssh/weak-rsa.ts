import { squareRoot } from './big-integer.ts'

/**
 * Whether a factor of the modulus falls out at once: a prime below 2000 divides it (two among them), or its two factors
 * lie so close together that Fermat's method finds them in a few steps (CVE-2022-26320, printers and a crypto library).
 */
export function hasFindableFactors(n: bigint): boolean {
  return tables().primes.some((prime) => n % prime === 0n) || hasCloseFactors(n)
}

/**
 * Whether the modulus has the fingerprint of ROCA (CVE-2017-15361, Infineon chips): modulo every small prime it is a
 * power of 65537. A random modulus has it with a chance of about 2⁻²⁸ (Nemec and others, CCS 2017).
 */
export function hasRocaFingerprint(n: bigint): boolean {
  return tables().rocaResidues.every(([prime, powers]) => powers.has(n % prime))
}

/** Fermat: n = a² − b² for the first a above √n, where b² is a square. */
function hasCloseFactors(n: bigint): boolean {
  let a = squareRoot(n)
  if (a * a < n) a += 1n
  let square = a * a - n
  for (let step = 0; step < 100; step += 1) {
    if (isSquare(square)) return true
    square += 2n * a + 1n
    a += 1n
  }
  return false
}

function isSquare(number: bigint): boolean {
  // Twelve of the 64 residues are squares: most candidates fall here, before the root is drawn.
  const { squaresModulo64, squaresModulo3465 } = tables()
  if (!squaresModulo64.has(number & 63n)) return false
  if (!squaresModulo3465.has(number % 3465n)) return false
  const root = squareRoot(number)
  return root * root === number
}

/** Made for the first RSA key: they take 5 MB, which an agent that sees none need not hold. */
function tables() {
  made ??= makeTables()
  return made
}

let made: ReturnType<typeof makeTables> | undefined

function makeTables() {
  const primes = primesBelow(2000)
  return {
    squaresModulo64: squaresModulo(64),
    squaresModulo3465: squaresModulo(3465),
    primes,
    /** The odd primes up to 167, those of the published detector, each with the powers of 65537 modulo it. */
    rocaResidues: primes
      .filter((prime) => prime > 2n && prime <= 167n)
      .map((prime) => [prime, powersModulo(65537n, prime)] as const),
  }
}

function squaresModulo(modulus: number): ReadonlySet<bigint> {
  return new Set(Array.from({ length: modulus }, (_, i) => BigInt((i * i) % modulus)))
}

function primesBelow(limit: number): bigint[] {
  const found: number[] = []
  for (let candidate = 2; candidate < limit; candidate += 1) {
    if (found.every((prime) => candidate % prime !== 0)) found.push(candidate)
  }
  return found.map(BigInt)
}

function powersModulo(base: bigint, modulus: bigint): ReadonlySet<bigint> {
  const powers = new Set<bigint>()
  for (let power = 1n; !powers.has(power); power = (power * base) % modulus) powers.add(power)
  return powers
}
