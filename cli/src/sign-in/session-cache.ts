import { randomUUID } from 'node:crypto'
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { isMissing } from '../is-missing.ts'
import { Failure } from '../failure.ts'
import { parseSession, type Session } from './session.ts'

type Env = Readonly<Record<string, string | undefined>>

const ENDING = '.json'

/** The session of a profile; undefined when there is none. Refuses one that others could have read: it opens hosts. */
export function readSession(env: Env, profile: string): Session | undefined {
  const folder = sessionFolder(env)
  const path = join(folder, profile + ENDING)
  let text: string
  try {
    refuseIfOpen(folder, 0o700)
    refuseIfOpen(path, 0o600)
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (isMissing(error)) return undefined
    if (error instanceof Failure) throw error
    throw new Failure('configuration', `${path} cannot be read.`, { why: [String(error)] })
  }
  // Of another version, or damaged: one logs in again and it is overwritten.
  return parseSession(text)
}

/** Keeps it, readable by nobody else at any moment, all or nothing. */
export function writeSession(env: Env, profile: string, session: Session): void {
  const path = join(makeSessionFolder(env), profile + ENDING)
  const partial = `${path}.${randomUUID()}`
  writeFileSync(partial, `${JSON.stringify(session, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  renameSync(partial, path)
}

/** Forgets it; false when there was none. */
export function deleteSession(env: Env, profile: string): boolean {
  const path = join(sessionFolder(env), profile + ENDING)
  try {
    rmSync(path)
    return true
  } catch (error) {
    if (isMissing(error)) return false
    throw new Failure('configuration', `${path} cannot be removed.`, { why: [String(error)] })
  }
}

/** The profiles that have a session. */
export function profilesWithSession(env: Env): readonly string[] {
  try {
    return readdirSync(sessionFolder(env))
      .filter((name) => name.endsWith(ENDING))
      .map((name) => name.slice(0, -ENDING.length))
      .toSorted()
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

/** The folder, made if need be: `sessions` in $FLEETKEY_HOME, else in $XDG_CACHE_HOME/fleetkey, else in ~/.cache/fleetkey. */
export function makeSessionFolder(env: Env): string {
  const folder = sessionFolder(env)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  // It may have been there before, wider; nothing secret was written into it yet.
  chmodSync(folder, 0o700)
  return folder
}

function sessionFolder(env: Env): string {
  if (env['FLEETKEY_HOME']) return join(env['FLEETKEY_HOME'], 'sessions')
  const base = env['XDG_CACHE_HOME'] || (env['HOME'] && join(env['HOME'], '.cache'))
  if (base) return join(base, 'fleetkey', 'sessions')
  throw new Failure('configuration', 'There is no home directory to keep a login in.', {
    todo: ['Set HOME or XDG_CACHE_HOME.'],
  })
}

function refuseIfOpen(path: string, wanted: number): void {
  const { mode } = statSync(path)
  if ((mode & 0o077) === 0) return
  throw new Failure('configuration', `Others can get at ${path}, which holds your login.`, {
    why: [`its mode is ${(mode & 0o777).toString(8)}; only ${wanted.toString(8)} is safe`],
    todo: [`chmod ${wanted.toString(8)} ${path}`, 'fleetkey logout, if others use this machine'],
  })
}
