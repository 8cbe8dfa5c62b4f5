import { existsSync, readFileSync } from 'node:fs'
import type { Finding } from '@fleetkey/domain/finding'
import { runOutside } from '../install/run-outside.ts'
import type { Check } from './check.ts'
import { good, note } from './say.ts'

const CHECK = 'mandatory-access'

/** SELinux and AppArmor: what they denied sshd or the helper, as far as the audit log tells. They are never judged by their rules. */
export const mandatoryAccessCheck: Check = {
  name: CHECK,
  async look() {
    const enforced = findEnforced()
    if (enforced === undefined)
      return [good(CHECK, 'Neither SELinux nor AppArmor is enforced for sshd.')]
    const log = await runOutside([
      'journalctl',
      '-k',
      '-n',
      '2000',
      '--no-pager',
      '-o',
      'cat',
      '--since',
      '-1h',
    ])
    return judgeDenials(enforced, log.stdout)
  },
}

type Enforced = 'SELinux' | 'AppArmor'

function findEnforced(): Enforced | undefined {
  if (read('/sys/fs/selinux/enforce') === '1') return 'SELinux'
  // The list of profiles is root's to read; sshd has none on Debian and Ubuntu unless somebody made one.
  return /sshd.*\(enforce\)/.test(read('/sys/kernel/security/apparmor/profiles'))
    ? 'AppArmor'
    : undefined
}

export function judgeDenials(enforced: Enforced, log: string): readonly Finding[] {
  const denials = log
    .split('\n')
    .filter((line) => /avc: +denied|apparmor="DENIED"/.test(line))
    .filter((line) => /sshd|fleetkey/.test(line))
  if (denials.length === 0)
    return [good(CHECK, `${enforced} is enforced and has denied sshd nothing in the last hour.`)]
  return [
    note(
      CHECK,
      `${enforced} denied sshd or the helper something in the last hour: ${denials.at(-1)?.trim().slice(0, 300)}`,
      {
        says: 'See whether that is a part of a login.',
        commands: [
          enforced === 'SELinux' ? 'ausearch -m avc -ts recent' : 'journalctl -k -g apparmor',
        ],
      },
    ),
  ]
}

function read(path: string): string {
  try {
    return existsSync(path) ? readFileSync(path, 'utf8').trim() : ''
  } catch {
    return ''
  }
}
