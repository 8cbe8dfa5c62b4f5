import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isMissing } from '../is-missing.ts'
import { Failure } from '../failure.ts'

/** What `fleetkey configure` and `fleetkey login` keep under a name. Every part may be missing: flags and environment can supply it. */
export interface Profile {
  readonly endpoint?: string
  readonly region?: string
  readonly accessKeyId?: string
  readonly secretAccessKey?: string
  /** PEM file of the authority that signed the server's certificate. */
  readonly caFile?: string
  /** Whom `fleetkey ssh` logs in as when nothing else says so. */
  readonly osUser?: string
  /** The OpenID provider that `fleetkey login` signs in at, and what this command is called there. */
  readonly issuer?: string
  readonly clientId?: string
  /** ARN of the role that `fleetkey login` takes. */
  readonly role?: string
  /** Seconds that each of its sessions lives; without it, what fits. */
  readonly duration?: string
  /** The user whose password `fleetkey login` asks for, instead of a provider's sign-in. */
  readonly user?: string
}

export type Profiles = Readonly<Record<string, Profile>>

type Env = Readonly<Record<string, string | undefined>>

const FIELDS = [
  'endpoint',
  'region',
  'accessKeyId',
  'secretAccessKey',
  'caFile',
  'osUser',
  'issuer',
  'clientId',
  'role',
  'duration',
  'user',
] as const

/**
 * `config.json` in $FLEETKEY_HOME, which holds profiles and logins apart from one's own; else in $XDG_CONFIG_HOME/fleetkey, else in
 * ~/.config/fleetkey. Undefined for one who has no home (a service, cron).
 */
function findProfilesPath(env: Env): string | undefined {
  if (env['FLEETKEY_HOME']) return join(env['FLEETKEY_HOME'], 'config.json')
  const base = env['XDG_CONFIG_HOME'] || (env['HOME'] && join(env['HOME'], '.config'))
  return base ? join(base, 'fleetkey', 'config.json') : undefined
}

/** The same for one who wants to keep something there. */
export function profilesPath(env: Env): string {
  const path = findProfilesPath(env)
  if (path === undefined) {
    throw new Failure('configuration', 'There is no home directory to keep a configuration in.', {
      todo: ['Set HOME or XDG_CONFIG_HOME.'],
    })
  }
  return path
}

/** The profiles of this user; none when nothing was configured. Refuses a file that others can read: it holds secrets. */
export function readProfiles(env: Env): Profiles {
  const path = findProfilesPath(env)
  if (path === undefined) return {}
  let text: string
  try {
    const { mode } = statSync(path)
    if ((mode & 0o077) !== 0) {
      throw new Failure('configuration', `Others can read ${path}, which holds your secret key.`, {
        why: [`its mode is ${(mode & 0o777).toString(8)}; only 600 is safe`],
        todo: [`chmod 600 ${path}`, 'Change the access key if others use this machine.'],
      })
    }
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (isMissing(error)) return {}
    if (error instanceof Failure) throw error
    throw new Failure('configuration', `${path} cannot be read.`, { why: [String(error)] })
  }
  const profiles = parseProfiles(text)
  if (profiles) return profiles
  throw new Failure('configuration', `${path} is not a Fleetkey configuration.`, {
    why: [`it must be {"profiles": {"default": {…}}} with the text fields ${FIELDS.join(', ')}`],
    todo: ['Mend the file, or move it away and run: fleetkey configure'],
  })
}

/** Keeps the profiles, readable by nobody else at any moment, all or nothing. */
export function writeProfiles(env: Env, profiles: Profiles): string {
  const path = profilesPath(env)
  const partial = `${path}.${process.pid}`
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  writeFileSync(partial, `${JSON.stringify({ profiles }, null, 2)}\n`, { mode: 0o600 })
  chmodSync(partial, 0o600)
  renameSync(partial, path)
  return path
}

/** Whether the credentials of a profile come from `fleetkey login`. An access key in it goes before. */
export function logsIn(profile: Profile): boolean {
  return Boolean(profile.issuer || profile.user)
}

/** Whether a profile can have this name. It names files, too. */
export function isProfileName(name: string): boolean {
  return /^[A-Za-z0-9_.@-]{1,64}$/.test(name)
}

/** Profiles from a file's text, or undefined when it is not of this shape (an unknown field is a misspelt one). */
export function parseProfiles(text: string): Profiles | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isRecord(value) || !isRecord(value['profiles'])) return undefined
  const profiles: Record<string, Profile> = Object.create(null)
  for (const [name, fields] of Object.entries(value['profiles'])) {
    const profile = parseProfile(fields)
    if (!profile) return undefined
    profiles[name] = profile
  }
  return profiles
}

/** What of an object belongs into a profile. */
export function onlyFields(value: unknown): unknown {
  if (!isRecord(value)) return value
  return Object.fromEntries(FIELDS.flatMap((name) => (name in value ? [[name, value[name]]] : [])))
}

/** One profile from outside, or undefined when it is not one. */
export function parseProfile(value: unknown): Profile | undefined {
  if (!isRecord(value)) return undefined
  const known: readonly string[] = FIELDS
  const good = Object.entries(value).every(
    ([field, content]) => known.includes(field) && typeof content === 'string',
  )
  return good ? (value as Profile) : undefined
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
