import { randomBytes } from 'node:crypto'

/** EC2's shape: a prefix and 17 hexadecimal digits. */
export function newId(prefix: 'eice' | 'i' | 'r' | 'sg' | 'sgr'): string {
  return `${prefix}-${randomBytes(9).toString('hex').slice(0, 17)}`
}
