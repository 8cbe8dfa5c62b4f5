import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { plainEnvironment } from './run-program.ts'

/** Where scripts/build-openssh leaves what it has built. */
const BUILT = '/var/cache/fleetkey/openssh'
const OWN = '/usr/sbin/sshd'

/**
 * The OpenSSH that test hosts have instead of the machine's: what FLEETKEY_OPENSSH names, a directory as `make install DESTDIR=…` writes it.
 * Undefined when nothing is named.
 * @throws when no sshd is there
 */
export function namedOpenssh(): string | undefined {
  const named = process.env['FLEETKEY_OPENSSH']
  if (named === undefined || named === '') return undefined
  if (existsSync(`${named}${OWN}`)) return named
  throw new Error(`FLEETKEY_OPENSSH: there is no ${named}${OWN} (scripts/build-openssh makes one)`)
}

/**
 * One that is at least of this version, for tests of what older ones do not have: the named one, the machine's own, or the one that was
 * built last. `directory` is undefined for the machine's own.
 */
export function findOpensshSince(
  since: OpensshVersion,
): { readonly directory: string | undefined } | undefined {
  const named = namedOpenssh()
  const candidates = named === undefined ? [undefined, BUILT] : [named]
  const at = candidates.findIndex((directory) => isOpensshSince(since, directory))
  return at < 0 ? undefined : { directory: candidates[at] }
}

/** What such tests skip for, loudly. */
export function whyNoOpensshSince(since: OpensshVersion): string | undefined {
  return findOpensshSince(since) === undefined
    ? `SKIPPED: no sshd of version ${since.join('.')} or later (scripts/build-openssh, FLEETKEY_OPENSSH)`
    : undefined
}

export type OpensshVersion = readonly [major: number, minor: number]

/** @param directory see HostSpec; undefined for the machine's own */
export function isOpensshSince(since: OpensshVersion, directory: string | undefined): boolean {
  const [major, minor] = versionOf(directory)
  return major > since[0] || (major === since[0] && minor >= since[1])
}

const versions = new Map<string | undefined, OpensshVersion>()

/** Of none it is 0.0. */
function versionOf(directory: string | undefined): OpensshVersion {
  const known = versions.get(directory)
  if (known !== undefined) return known
  // Before 9.2 there is no -V: sshd complains, and prints its version all the same.
  const { stdout, stderr } = spawnSync(`${directory ?? ''}${OWN}`, ['-V'], {
    encoding: 'utf8',
    env: plainEnvironment,
  })
  const [, major = 0, minor = 0] =
    /OpenSSH_(\d+)\.(\d+)/.exec(`${stderr}${stdout}`)?.map(Number) ?? []
  versions.set(directory, [major, minor])
  return [major, minor]
}
