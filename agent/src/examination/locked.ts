import type { LockState } from '@fleetkey/domain/host-facts'
import type { Finding } from '@fleetkey/domain/finding'
import { measureLock } from '../lock.ts'
import type { Check } from './check.ts'
import { good, note, unknown } from './say.ts'

const CHECK = 'locked'

/** Whether grants are the only way in. No login fails because they are not. */
export const lockedCheck: Check = {
  name: CHECK,
  async look({ osUser, paths, settings }) {
    const users = osUser === undefined ? [] : [osUser]
    return judgeLock(await measureLock(users, { paths, delivery: settings.delivery }))
  },
}

export function judgeLock(lock: LockState): readonly Finding[] {
  switch (lock.kind) {
    case 'locked':
      return [good(CHECK, 'Grants are the only way in.')]
    case 'open':
      return [
        note(CHECK, `There are other ways in beside grants: ${lock.ways.join('; ')}.`, {
          says: 'Shut them, if nobody needs them.',
          commands: ['fleetkey agent install --lock'],
        }),
      ]
    case 'unknown':
      return [unknown(CHECK, `Whether grants are the only way in is not known: ${lock.because}`)]
  }
}
