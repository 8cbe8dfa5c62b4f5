import type { Finding } from '@fleetkey/domain/finding'
import { existsSync } from 'node:fs'
import { runProgram } from '../install/run-program.ts'
import { findSshd, readSshdVersion, type SshdVersion } from '../sshd.ts'
import type { Check } from './check.ts'
import { good, note, unknown } from './say.ts'
import { findHoles, type SshdHole } from './sshd-holes.ts'

const CHECK = 'sshd-version'
/** As many are told in words, the worst; of the others a finding has room for the numbers. */
const IN_WORDS = 2

/** Known holes of this release of sshd. Distributions mend them without a new number, so nothing is claimed that only they know. */
export const sshdVersionCheck: Check = {
  name: CHECK,
  async look() {
    return judgeVersion(await readSshdVersion(), await readPackage())
  },
}

export interface SshdPackage {
  /** e.g. `openssh-server 1:9.2p1-2+deb12u10` */
  readonly name: string
  /** What a person asks their distribution with. */
  readonly commands: readonly string[]
}

async function readPackage(): Promise<SshdPackage | undefined> {
  const path = findSshd()
  if (path === undefined) return undefined
  if (existsSync('/usr/bin/dpkg-query')) {
    const { code, stdout } = await runProgram([
      'dpkg-query',
      '-W',
      '-f',
      '${Package} ${Version}',
      'openssh-server',
    ])
    if (code === 0) {
      return { name: stdout, commands: ['apt-get changelog openssh-server | grep -i CVE'] }
    }
  }
  if (existsSync('/usr/bin/rpm')) {
    const { code, stdout } = await runProgram(['rpm', '-qf', path])
    if (code === 0) {
      return { name: stdout.trim(), commands: ['rpm -q --changelog openssh-server | grep CVE'] }
    }
  }
  return undefined
}

export function judgeVersion(
  version: SshdVersion,
  from: SshdPackage | undefined,
): readonly Finding[] {
  if (version.text === '') return [unknown(CHECK, 'The version of sshd is not known.')]
  const holes = findHoles(version)
  if (holes.length === 0) {
    return [good(CHECK, `${version.text} has no hole that this version of the agent knows of.`)]
  }
  const names = nameHoles(holes)
  return [
    note(
      CHECK,
      from === undefined
        ? `${version.text} has known holes unless they were mended in it: ${names}.`
        : `${version.text} came out with holes that ${from.name} may have mended already: ${names}.`,
      {
        says:
          from === undefined
            ? 'Ask whoever built it, or take a newer one.'
            : 'Ask your distribution: the number does not tell.',
        ...(from === undefined ? {} : { commands: from.commands }),
      },
    ),
  ]
}

function nameHoles(holes: readonly SshdHole[]): string {
  const told = holes.slice(0, IN_WORDS).map(({ cve, says }) => `${cve}: ${says}`)
  const others = holes.slice(IN_WORDS).map(({ cve }) => cve)
  return [...told, ...(others.length === 0 ? [] : [`also ${others.join(', ')}`])].join('; ')
}
