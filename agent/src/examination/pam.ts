import type { Finding } from '@fleetkey/domain/finding'
import { existsSync, readFileSync } from 'node:fs'
import { type AccessLogin, judgeAccess } from './access-rules.ts'
import type { Check } from './check.ts'
import { type PamRule, readPamRules } from './pam-rules.ts'
import { pamServiceOf } from '../sshd.ts'
import { bad, good, note, unknown } from './say.ts'

const CHECK = 'pam'
const ACCESS = '/etc/security/access.conf'
/** pam_nologin(8); without PAM sshd itself looks for the first. */
const NO_LOGIN = ['/etc/nologin', '/var/run/nologin', '/run/nologin']

/** The account rules of PAM, as far as they can be known without asking them. */
export const pamCheck: Check = {
  name: CHECK,
  async look(host) {
    const config = await host.config()
    const usesPam = config.get('usepam')?.[0] === 'yes'
    const account = await host.account()
    const files = NO_LOGIN.filter((path) => existsSync(path))
    return judgePam({
      usesPam,
      rules: usesPam
        ? readPamRules(pamServiceOf(config), 'account', (name) =>
            readFileSync(`/etc/pam.d/${name}`, 'utf8'),
          )
        : [],
      noLoginFile: files[0],
      access: existsSync(ACCESS) ? readFileSync(ACCESS, 'utf8') : '',
      ...(account === undefined
        ? {}
        : {
            login: {
              user: account.name,
              groups: account.groups,
              address: host.address,
              uid: account.uid,
            },
          }),
    })
  },
}

export interface PamSeen {
  readonly usesPam: boolean
  /** Of the type `account`. */
  readonly rules: readonly PamRule[]
  readonly noLoginFile: string | undefined
  /** The text of access.conf(5). */
  readonly access: string
  readonly login?: AccessLogin & { readonly uid: number }
}

/** Modules that decide by what no reader of a file knows: the time, a list elsewhere, a program. */
const OPAQUE: ReadonlySet<string> = new Set([
  'pam_time.so',
  'pam_listfile.so',
  'pam_succeed_if.so',
  'pam_exec.so',
  'pam_python.so',
  'pam_shells.so',
])

export function judgePam(seen: PamSeen): readonly Finding[] {
  const { usesPam, rules, noLoginFile, access, login } = seen
  const has = (module: string) => rules.some((rule) => rule.module === module)
  const found: Finding[] = []
  if (noLoginFile !== undefined && (has('pam_nologin.so') || !usesPam)) {
    const says = `${noLoginFile} is there: only root may log in.`
    const mend = {
      says: 'Remove it, if the host is neither starting nor stopping.',
      commands: [`rm ${noLoginFile}`],
    }
    found.push(
      login?.uid === 0 ? note(CHECK, says, mend) : bad(CHECK, says, { cause: 'pam-refused', mend }),
    )
  }
  if (has('pam_access.so') && login !== undefined) found.push(...judgeAccessFile(access, login))
  const opaque = [...new Set(rules.map(({ module }) => module))].filter((module) =>
    OPAQUE.has(module),
  )
  if (opaque.length > 0 && login !== undefined) {
    found.push(
      unknown(
        CHECK,
        `PAM also asks ${opaque.join(', ')} (account rules of sshd), whose answer cannot be known from here.`,
      ),
    )
  }
  if (found.some(({ state }) => state !== 'note')) return found
  return [
    good(
      CHECK,
      usesPam
        ? 'No account rule of PAM that can be read refuses.'
        : 'sshd asks no PAM (UsePAM no).',
    ),
    ...found,
  ]
}

function judgeAccessFile(text: string, login: AccessLogin): Finding[] {
  const verdict = judgeAccess(text, login)
  switch (verdict.kind) {
    case 'allowed':
      return []
    case 'unknown':
      return [
        unknown(
          CHECK,
          `What pam_access makes of line ${verdict.number} of ${ACCESS} cannot be known: ${verdict.line}`,
        ),
      ]
    case 'refused':
      return [
        bad(
          CHECK,
          `pam_access refuses ${login.user} (${ACCESS}, line ${verdict.number}): ${verdict.line}`,
          {
            cause: 'pam-refused',
            mend: {
              says: 'Put a line that lets this login in before that one.',
              commands: [`vi +${verdict.number} ${ACCESS}`],
            },
          },
        ),
      ]
  }
}
