import { fileURLToPath } from 'node:url'
import { readFileSync } from 'node:fs'
import { startControlPlane } from '@fleetkey/fleet/control-plane'
import { ownProcesses } from './process-figures.ts'
import type { Run } from './question.ts'

/** Its command line. */
const SERVER = 'main.ts server'

/** A server process as its users have it, with what a measurement wants to know. */
export interface MeasuredServer {
  readonly url: string
  /** PEM; undefined on plain HTTP. */
  readonly ca: string | undefined
  readonly pid: number
  readonly region: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  stop(): Promise<void>
}

/**
 * Starts one on loopback; the one that was there before when `name` is the same. One at a time: which process is new tells its id.
 * @param options.transport what its clients and agents speak
 */
export async function startMeasuredServer(
  run: Run,
  options: { readonly name: string; readonly transport: 'plain' | 'tls' },
): Promise<MeasuredServer> {
  const plain = options.transport === 'plain'
  const others = ownProcesses(SERVER)
  const plane = await startControlPlane({
    dir: `${run.dir}/${options.name}`,
    address: '127.0.0.1',
    environment: {
      NODE_OPTIONS: nodeOptions(run),
      ...(plain ? { FLEETKEY_TLS: 'off' } : {}),
    },
  })
  const [pid] = ownProcesses(SERVER).filter((each) => !others.includes(each))
  if (pid === undefined) throw new Error('the server is gone')
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_REGION = '' } = plane.root
  return {
    url: plain ? plane.url.replace('https:', 'http:') : plane.url,
    ca: plain ? undefined : readFileSync(plane.caFile, 'utf8'),
    pid,
    region: AWS_REGION,
    credentials: { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY },
    stop: () => plane.stop(),
  }
}

/** For a server that is measured: it collects garbage when it is told to, and leaves profiles where they were asked for. */
export function nodeOptions({ profileDir }: Run): string {
  const collect = new URL('./collect-on-signal.ts', import.meta.url)
  if (fileURLToPath(collect).includes(' ')) throw new Error('NODE_OPTIONS takes no spaces')
  return [
    '--expose-gc',
    `--import=${collect.href}`,
    ...(profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`]),
  ].join(' ')
}
