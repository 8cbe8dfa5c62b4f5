import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** Seconds, as IMDSv2 has it ("Use the Instance Metadata Service", EC2 User Guide). */
export const MAX_TOKEN_SECONDS = 21_600

/**
 * Session tokens of IMDSv2. A token says itself when it ends, under a key of this process: nothing is kept for it, so a flood of them costs no
 * memory, and a restart of the agent ends them all.
 */
export interface Tokens {
  /** @param seconds 1 to MAX_TOKEN_SECONDS */
  issue(seconds: number): string
  isValid(token: string): boolean
}

/** `now` in milliseconds of a clock that no one sets. */
export function createTokens(now: () => number = () => performance.now()): Tokens {
  const key = randomBytes(32)
  const tag = (text: string) => createHmac('sha256', key).update(text).digest('base64url')

  return {
    issue(seconds) {
      if (!Number.isInteger(seconds) || seconds < 1 || seconds > MAX_TOKEN_SECONDS)
        throw new RangeError('a token lives for 1 to 21600 seconds')
      // Random too: two tokens of one moment are not the same.
      const text = `${Math.floor(now() + seconds * 1000)}.${randomBytes(6).toString('base64url')}`
      return `${text}.${tag(text)}`
    },

    isValid(token) {
      const [, text, end, claimed] = /^((\d{1,16})\.[\w-]{8})\.([\w-]{43})$/.exec(token) ?? []
      if (text === undefined || claimed === undefined) return false
      // As text: the last character of 43 has bits that no byte takes, and another one would do as well.
      return timingSafeEqual(Buffer.from(tag(text)), Buffer.from(claimed)) && now() < Number(end)
    },
  }
}
