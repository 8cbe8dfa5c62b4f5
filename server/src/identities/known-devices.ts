import { createHmac, randomBytes } from 'node:crypto'
import { equalInConstantTime } from '@fleetkey/wire/aws/constant-time'

/** Somebody's browser, from which they have signed in before. */
export interface KnownDevice {
  readonly userId: string
  readonly deviceId: string
}

/**
 * What a browser keeps of who has signed in from it, so that tries from there are counted apart from everybody else's: a flood of wrong
 * passwords from elsewhere keeps nobody out who was in before. It opens nothing, and nothing is kept of it here but the key. After OWASP,
 * "Slow Down Online Guessing Attacks with Device Cookies".
 */
export interface KnownDevices {
  /** Of what a browser shows; those that are none, or too old, are left out. */
  known(shown: readonly string[]): readonly KnownDevice[]
  /** What the browser shows from now on, when this user has signed in: theirs anew, and of others the last. */
  remember(userId: string, shown: readonly string[]): readonly string[]
}

/** People who share a browser. */
const MAX_KEPT = 4

const DAY_MS = 24 * 3_600_000
export const KNOWN_DAYS = 180

/** `USER.DEVICE.DAY.MAC` */
const FORM = /^([A-Z0-9]{16,128})\.([\w-]{12})\.(\d{1,6})\.([\w-]{43})$/

export function createKnownDevices(key: Uint8Array, now: () => number): KnownDevices {
  const macOf = (text: string) =>
    createHmac('sha256', key).update(`known device ${text}`).digest('base64url')
  const today = () => Math.floor(now() / DAY_MS)

  function read(token: string): KnownDevice | undefined {
    const [, userId = '', deviceId = '', day, mac = ''] = FORM.exec(token) ?? []
    if (day === undefined || Number(day) + KNOWN_DAYS < today()) return undefined
    const right = macOf(`${userId}.${deviceId}.${day}`)
    return equalInConstantTime(Buffer.from(mac), Buffer.from(right))
      ? { userId, deviceId }
      : undefined
  }

  return {
    known: (shown) => shown.slice(0, MAX_KEPT).flatMap((token) => read(token) ?? []),
    remember(userId, shown) {
      const others = shown.slice(0, MAX_KEPT).filter((token) => {
        const device = read(token)
        return device !== undefined && device.userId !== userId
      })
      const text = `${userId}.${randomBytes(9).toString('base64url')}.${today()}`
      return [`${text}.${macOf(text)}`, ...others].slice(0, MAX_KEPT)
    },
  }
}
