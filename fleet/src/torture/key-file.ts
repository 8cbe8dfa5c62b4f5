import { readdirSync, readFileSync } from 'node:fs'
import { GRANT_TTL_SECONDS } from '@fleetkey/domain/grant'

/** A key as its file's name tells it, which is there from the first moment to the last. */
export interface KeyName {
  readonly osUser: string
  readonly fingerprint: string
}

/** `alice:SHA256-of-the-key`, with `_` for `/`. Undefined for what sshd's helper would never look for. */
export function parseKeyName(name: string): KeyName | undefined {
  const [, osUser, hash] = /^([^.:][^:]*):([A-Za-z0-9+_]{43})$/.exec(name) ?? []
  if (osUser === undefined || hash === undefined) return undefined
  return { osUser, fingerprint: `SHA256:${hash.replaceAll('_', '/')}` }
}

export function formatKeyName({ osUser, fingerprint }: KeyName): string {
  return `${osUser}:${fingerprint.slice('SHA256:'.length).replaceAll('/', '_')}`
}

/** Names in the directory but for those that begin with a dot: files that are being written. */
export function listKeyNames(dir: string): string[] {
  return readdirSync(dir).filter((name) => !name.startsWith('.'))
}

/**
 * What is wrong with the file of a key, in words; undefined when nothing is, or when it is gone again.
 * The host shares this machine's boot clock.
 */
export function findKeyFileProblem(path: string, name: KeyName): string | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  const fields = /^1 (\d+) [0-9a-f-]{36} (\d+) (\S+) (\S+) restrict,[ -~]+\n$/.exec(text)
  if (fields === null) return `not a whole key file: ${JSON.stringify(text)}`
  const [, deadline, , osUser, fingerprint] = fields
  if (osUser !== name.osUser || fingerprint !== name.fingerprint) {
    return `holds the key of ${osUser} ${fingerprint}`
  }
  const left = Number(deadline) / 100 - Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0])
  return left > GRANT_TTL_SECONDS ? `lives for ${left} s more` : undefined
}
