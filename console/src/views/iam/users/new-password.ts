/** Without those that look alike when somebody reads them out: I l 1, O 0. */
const KINDS = ['ABCDEFGHJKLMNPQRSTUVWXYZ', 'abcdefghijkmnopqrstuvwxyz', '23456789', '!#%+=@_-']

const LENGTH = 20

/** Of the file to download, a spreadsheet takes what begins with = + - @ or % for a formula, and shows something else. */
const FIRST = /^[A-Za-z0-9]/

/**
 * A password that every password policy takes that demands no more characters than `length`: at least one letter of either case, a digit and
 * a symbol.
 * @param byte a random number from 0 to 255
 */
export function newPassword(
  byte: () => number,
  { length = LENGTH }: { readonly length?: number } = {},
): string {
  const pick = (from: string) => from.charAt(randomBelow(from.length, byte))
  const all = KINDS.join('')
  for (;;) {
    const password = Array.from({ length: Math.max(length, LENGTH) }, () => pick(all)).join('')
    if (
      FIRST.test(password) &&
      KINDS.every((kind) => Array.from(kind).some((one) => password.includes(one)))
    ) {
      return password
    }
  }
}

/** Every number as likely as every other: what would wrap round is drawn again. */
function randomBelow(limit: number, byte: () => number): number {
  const most = 256 - (256 % limit)
  for (;;) {
    const drawn = byte()
    if (drawn < most) return drawn % limit
  }
}
