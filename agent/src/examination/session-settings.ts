import type { Finding } from '@fleetkey/domain/finding'
import { existsSync } from 'node:fs'
import type { SshdConfig } from '../sshd.ts'
import { bad, note } from './say.ts'
import { changeLine, setting, type SshdConfigCircumstances } from './sshd-setting.ts'
import { findPathFaults, readPathParts } from './strict-modes.ts'

const CHECK = 'sshd-config'

/** Whoever is let in gets no shell of their own: no login is refused, and that is what is felt. */
export function judgeSession(config: SshdConfig, host: SshdConfigCircumstances): Finding[] {
  const root = setting(config, host, 'ChrootDirectory')
  const command = setting(config, host, 'ForceCommand')
  const sessions = setting(config, host, 'MaxSessions')
  return [
    ...(root.value === 'none' ? [] : judgeChroot(root, host)),
    ...(command.value === 'none'
      ? []
      : [note(CHECK, `Whoever logs in gets one program and no shell: ${command.says}.`)]),
    ...(sessions.value === '0'
      ? [note(CHECK, `Whoever logs in gets no shell, only forwarded ports: ${sessions.says}.`)]
      : []),
  ]
}

/** session.c, safely_chroot: each part of it belongs to root, and nobody else may write there. */
function judgeChroot(
  { value, says, line }: ReturnType<typeof setting>,
  { account, lookAtPath }: SshdConfigCircumstances,
): Finding[] {
  if (account === undefined) return []
  const path = value.replaceAll(/%[hu%]/g, (token) =>
    token === '%h' ? account.home : token === '%u' ? account.name : '%',
  )
  const problem = lookAtPath(path)
  if (problem === undefined) {
    return [note(CHECK, `Whoever logs in sees only what is below a directory: ${says}.`)]
  }
  return [
    bad(CHECK, `sshd lets the key in and ends the session at once: ${says}; ${problem}.`, {
      mend: changeLine(line, 'Put that directory in order, or take that line out.'),
    }),
  ]
}

/** As sshd looks at a directory for ChrootDirectory; undefined when it takes it. */
export function lookAtChroot(path: string): string | undefined {
  if (!existsSync(path)) return `${path} does not exist`
  const [fault] = findPathFaults(readPathParts(path), { uid: 0 })
  if (fault === undefined) return undefined
  return fault.kind === 'owner'
    ? `${fault.path} does not belong to root`
    : `others than root can write to ${fault.path}`
}
