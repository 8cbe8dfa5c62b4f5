import type { Finding } from '@fleetkey/domain/finding'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { runProgram } from '../install/run-program.ts'
import { listenAddresses } from '../sshd.ts'
import { knockAt } from './ask-banner.ts'
import type { Check } from './check.ts'
import { reloadCommands } from './reload-commands.ts'
import { bad, good, note, quoted, unknown } from './say.ts'

const CHECK = 'host-keys'

/** Whether sshd serves the host keys that this host reports: clients refuse any other. */
export const hostKeysCheck: Check = {
  name: CHECK,
  async look(host) {
    const config = await host.commonConfig()
    const port = config.get('port')?.[0] ?? '22'
    const files = config.get('hostkey') ?? []
    const looked = await Promise.all(files.map(lookAtKey))
    const types = scanTypes(looked.flatMap(({ key }) => key ?? []))
    const served = await runProgram([
      'ssh-keyscan',
      '-T',
      '2',
      ...(types.length === 0 ? [] : ['-t', types.join(',')]),
      '-p',
      port,
      knockAt(anyOf(listenAddresses(config))),
    ])
    return judgeHostKeys({
      files: looked,
      // Without a single line nobody answered, or there is no such program.
      served: served.stdout.trim() === '' ? undefined : parseKeyscan(served.stdout),
    })
  },
}

/**
 * As ssh-keyscan(1) names the types of these keys (`type base64`). It connects once for each, and sshd of 9.8 and later counts each as a
 * visitor who does not log in: of all types that there are, three examinations would have it drop connections from this host.
 */
export const scanTypes = (keys: readonly string[]): readonly string[] => [
  ...new Set(keys.flatMap((key) => /^(?:ssh-)?(rsa|ed25519|ecdsa)(?:[- ]|$)/.exec(key)?.[1] ?? [])),
]

/** The widest of those that sshd listens on. */
const anyOf = (addresses: readonly string[]): string =>
  ['0.0.0.0', '::'].find((all) => addresses.includes(all)) ?? addresses[0] ?? '0.0.0.0'

export interface KeyFile {
  readonly path: string
  /** `type base64` of its public half, as it lies beside the key or is made of it. */
  readonly key: string | undefined
  /** The public half beside it is that of another key. */
  readonly hasOtherPublic: boolean
  /** Others than its owner can read it: sshd leaves it out (authfile.c). */
  readonly isOpen: boolean
}

async function lookAtKey(path: string): Promise<KeyFile> {
  const made = keyIn((await runProgram(['ssh-keygen', '-y', '-f', path])).stdout)
  const beside = existsSync(`${path}.pub`) ? keyIn(readFileSync(`${path}.pub`, 'utf8')) : undefined
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0
  return {
    path,
    key: beside ?? made,
    hasOtherPublic: made !== undefined && beside !== undefined && made !== beside,
    isOpen: (mode & 0o077) !== 0,
  }
}

const keyIn = (text: string): string | undefined => /^\S+ [A-Za-z0-9+/=]+/.exec(text)?.[0]

/** `HOST TYPE BASE64` lines of ssh-keyscan(1). */
export const parseKeyscan = (text: string): readonly string[] =>
  text
    .split('\n')
    .flatMap((line) => /^[^#\s]\S* (\S+ [A-Za-z0-9+/=]+)$/.exec(line.trim())?.[1] ?? [])

export function judgeHostKeys(seen: {
  readonly files: readonly KeyFile[]
  /** Undefined when sshd could not be asked. */
  readonly served: readonly string[] | undefined
}): readonly Finding[] {
  const { files, served } = seen
  const twisted = files.find(({ hasOtherPublic }) => hasOtherPublic)
  if (twisted !== undefined) {
    return [
      bad(
        CHECK,
        `${twisted.path}.pub is not the public half of ${twisted.path}, so this host reports a key that sshd does not have.`,
        {
          mend: {
            says: 'Make the public half anew.',
            commands: [
              `ssh-keygen -y -f ${quoted(twisted.path)} > ${quoted(`${twisted.path}.pub`)}`,
            ],
          },
        },
      ),
    ]
  }
  const open = files.find(({ isOpen }) => isOpen)
  const reported = files.flatMap(({ key }) => key ?? [])
  if (served === undefined) return [unknown(CHECK, 'sshd could not be asked for its host keys.')]
  const stale = reported.filter(
    (key) => !served.includes(key) && served.some((other) => typeOf(other) === typeOf(key)),
  )
  if (stale.length > 0) {
    return [
      bad(
        CHECK,
        `sshd serves another ${typeOf(stale[0] ?? '')} host key than this host reports: the key was changed and sshd has not read it, and clients refuse it.`,
        {
          mend: {
            says: 'Have sshd read its keys.',
            commands: reloadCommands(),
            fix: 'reload-sshd',
          },
        },
      ),
    ]
  }
  if (open !== undefined) {
    return [
      note(CHECK, `Others can read the host key ${open.path}: sshd leaves it out.`, {
        says: 'Close it.',
        commands: [`chmod 600 ${quoted(open.path)}`],
      }),
    ]
  }
  return [good(CHECK, 'sshd serves the host keys that this host reports.')]
}

const typeOf = (key: string) => key.split(' ')[0]
