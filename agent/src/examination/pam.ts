import type { Finding } from '@fleetkey/domain/finding'
import { existsSync, readFileSync } from 'node:fs'
import { type AccessLogin, judgeAccess } from './access-rules.ts'
import type { Check } from './check.ts'
import { type PamRule, readPamRules } from './pam-rules.ts'
import { pamServiceOf } from '../sshd.ts'
import { bad, good, note, unknown } from './say.ts'

const CHECK = 'pam'
/** pam_access(8), unless `accessfile=` says another. */
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
      readAccess: (path) => (existsSync(path) ? readFileSync(path, 'utf8') : ''),
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
  /** The text of a file of access.conf(5), empty where there is none. */
  readonly readAccess: (path: string) => string
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
  const { usesPam, rules, noLoginFile, readAccess, login } = seen
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
  const denies = rules.find(isFailure)
  const before = rules.slice(0, denies === undefined ? 0 : rules.indexOf(denies))
  if (denies !== undefined && login !== undefined && before.every(goesOn)) {
    found.push(
      bad(CHECK, 'An account rule of PAM lets nobody in (pam_deny.so).', {
        cause: 'pam-refused',
        mend: {
          says: 'Take that rule out, or put one that lets this login in before it.',
          commands: ['grep -n pam_deny /etc/pam.d/sshd /etc/pam.d/common-account'],
        },
      }),
    )
  }
  if (login !== undefined) {
    for (const rule of rules.filter(({ module }) => module === 'pam_access.so')) {
      found.push(...judgeAccessRule(rule, { readAccess, login }))
    }
  }
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

/** pam.conf(5): whoever fails here is refused, whatever others say. */
const isRequired = ({ control }: PamRule): boolean => /^(?:required|requisite)$/.test(control)
const isFailure = (rule: PamRule): boolean => rule.module === 'pam_deny.so' && isRequired(rule)
/** Whether the rules after it are asked, too: `sufficient` and `[success=1 …]` may leave some out. */
const goesOn = (rule: PamRule): boolean => isRequired(rule) || rule.control === 'optional'

/** Options of pam_access(8) that leave the file and the meaning of its lines as judgeAccess takes them. */
const PLAIN_OPTIONS = /^(?:accessfile=.*|debug|noaudit|quiet_log)$/

function judgeAccessRule(
  rule: PamRule,
  {
    readAccess,
    login,
  }: { readonly readAccess: PamSeen['readAccess']; readonly login: AccessLogin },
): Finding[] {
  if (rule.control === 'optional') return []
  const named = rule.args.findLast((arg) => arg.startsWith('accessfile='))
  const file = named?.slice('accessfile='.length) ?? ACCESS
  const strange = rule.args.find((arg) => !PLAIN_OPTIONS.test(arg))
  const text = readAccess(file)
  if (text !== '' && (strange !== undefined || !isRequired(rule))) {
    const what = [rule.control, 'pam_access.so', ...rule.args].join(' ')
    return [unknown(CHECK, `What PAM makes of "${what}" (${file}) cannot be known.`)]
  }
  return judgeAccessFile(text, file, login)
}

function judgeAccessFile(text: string, file: string, login: AccessLogin): Finding[] {
  const verdict = judgeAccess(text, login)
  switch (verdict.kind) {
    case 'allowed':
      return []
    case 'unknown':
      return [
        unknown(
          CHECK,
          `What pam_access makes of line ${verdict.number} of ${file} cannot be known: ${verdict.line}`,
        ),
      ]
    case 'refused':
      return [
        bad(
          CHECK,
          `pam_access refuses ${login.user} (${file}, line ${verdict.number}): ${verdict.line}`,
          {
            cause: 'pam-refused',
            mend: {
              says: 'Put a line that lets this login in before that one.',
              commands: [`vi +${verdict.number} ${file}`],
            },
          },
        ),
      ]
  }
}
