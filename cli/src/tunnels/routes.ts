import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { cacheFolder } from '../config/cache-folder.ts'
import { isInstanceId } from '../instance/find-instance.ts'
import { isEndpointId } from './find-endpoint.ts'

/** The way by which an instance was reached. */
export type Route =
  | { readonly kind: 'direct'; readonly address: string }
  | { readonly kind: 'tunnel'; readonly endpointId: string }

type Env = Readonly<Record<string, string | undefined>>

/** A direct way is tried at every login, so it may be old; a tunnel hides that a direct way may be there again (the VPN is up). */
const KEPT_MS = { direct: 30 * 24 * 3600 * 1000, tunnel: 15 * 60 * 1000 }

/** How the instance was last reached from here, if that still counts. */
export function recallRoute(env: Env, instanceId: string, now: number): Route | undefined {
  const path = pathOf(env, instanceId)
  if (path === undefined) return undefined
  try {
    const age = now - statSync(path).mtimeMs
    const route = parseRoute(readFileSync(path, 'utf8'))
    return route && age < KEPT_MS[route.kind] ? route : undefined
  } catch {
    // Not there, or not to be read: then it is found out anew.
    return undefined
  }
}

/** Keeps it for the next time; the way is the same without. */
export function keepRoute(env: Env, instanceId: string, route: Route): void {
  const path = pathOf(env, instanceId)
  if (path === undefined) return
  const partial = `${path}.${process.pid}`
  const rest = route.kind === 'direct' ? route.address : route.endpointId
  try {
    mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 })
    writeFileSync(partial, `${route.kind} ${rest}\n`, { mode: 0o600 })
    renameSync(partial, path)
  } catch {
    // A cache that cannot be written is no cache.
  }
}

export function forgetRoute(env: Env, instanceId: string): void {
  const path = pathOf(env, instanceId)
  if (path === undefined) return
  try {
    rmSync(path, { force: true })
  } catch {
    // What could not be kept (HOME=/dev/null) is not there.
  }
}

function pathOf(env: Env, instanceId: string): string | undefined {
  const folder = cacheFolder(env)
  return folder && isInstanceId(instanceId) ? join(folder, 'routes', instanceId) : undefined
}

function parseRoute(text: string): Route | undefined {
  const [kind, rest = '', ...more] = text.trim().split(' ')
  if (more.length > 0) return undefined
  if (kind === 'direct' && isIP(rest) !== 0) return { kind, address: rest }
  if (kind === 'tunnel' && isEndpointId(rest)) return { kind, endpointId: rest }
  return undefined
}
