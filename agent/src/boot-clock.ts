import { readFileSync } from 'node:fs'

/** The host's clock since boot, sleep included: no clock step, time zone or leap second moves it (CLOCK_BOOTTIME). */
export interface BootClock {
  /** Names the boot that `now` counts from. */
  readonly bootId: string
  /** Hundredths of a second. Throws when the host will not tell: then nothing may be installed. */
  readonly now: () => number
}

const BOOT_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export function openBootClock(proc = '/proc'): BootClock {
  const bootId = readFileSync(`${proc}/sys/kernel/random/boot_id`, 'utf8').trim()
  if (!BOOT_ID.test(bootId)) throw new Error('the kernel gives no boot id')
  return { bootId, now: () => parseUptime(readFileSync(`${proc}/uptime`, 'utf8')) }
}

/** The first number of /proc/uptime, always with two decimals, as hundredths of a second. */
export function parseUptime(text: string): number {
  const [, seconds, hundredths] = /^([0-9]{1,12})\.([0-9]{2}) /.exec(text) ?? []
  if (seconds === undefined || hundredths === undefined) {
    throw new Error('/proc/uptime is not as expected')
  }
  return Number(seconds) * 100 + Number(hundredths)
}
