import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder } from '../config/cache-folder.ts'
import { isMissing } from '../is-missing.ts'

/** Whose password is told where. */
interface Login {
  readonly endpoint: string
  readonly user: string
}

/**
 * What a server gave this machine when this user last logged in from it, as it gives a cookie to browsers: by it their tries are counted apart from
 * strangers', who cannot keep them out by wrong passwords. It opens nothing, and stays after a logout. Undefined where there is none, or where others
 * could have read it and used up the tries.
 */
export function knownMachine(env: Env, login: Login): string | undefined {
  const path = pathOf(env, login)
  if (path === undefined) return undefined
  try {
    return (statSync(path).mode & 0o077) === 0 ? readFileSync(path, 'utf8').trim() : undefined
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/** Keeps it, readable by nobody else. Whoever has no home has none. */
export function rememberMachine(env: Env, login: Login, token: string): void {
  const path = pathOf(env, login)
  if (path === undefined) return
  mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 })
  // Anew: one that was there keeps its mode.
  rmSync(path, { force: true })
  writeFileSync(path, `${token}\n`, { mode: 0o600 })
}

type Env = Readonly<Record<string, string | undefined>>

/** By a digest: names of servers and users may be anything. */
function pathOf(env: Env, { endpoint, user }: Login): string | undefined {
  const folder = cacheFolder(env)
  const digest = createHash('sha256').update(`${new URL(endpoint).origin} ${user}`)
  return folder && join(folder, 'machines', digest.digest('hex').slice(0, 32))
}
