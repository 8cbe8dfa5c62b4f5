/**
 * Whether two byte strings are equal, in a time that does not tell where they first differ (an attacker who can
 * measure that guesses a signature byte by byte). The lengths are no secret.
 */
export function equalInConstantTime(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i += 1) difference |= (a[i] ?? 0) ^ (b[i] ?? 0)
  return difference === 0
}
