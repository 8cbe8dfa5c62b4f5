import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { homedir } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { mustRun } from '@fleetkey/fleet/run-program'

/** What the targets are set against. Not a dependency of ours: it is installed when it is asked for, and stays for the next time. */
const VERSION = '3.2.0'

/** A running wetty that logs in to one host with a key. */
export interface Wetty {
  readonly url: string
  readonly pid: number
  stop(): Promise<void>
}

export async function startWetty(login: {
  readonly address: string
  readonly user: string
  readonly identityFile: string
  readonly knownHostsFile: string
  /** Beside that of this process. */
  readonly environment?: Readonly<Record<string, string>>
}): Promise<Wetty> {
  const dir = await installed()
  const port = await freePort()
  const flags = {
    host: '127.0.0.1',
    port: String(port),
    base: '/',
    'ssh-host': login.address,
    'ssh-user': login.user,
    'ssh-auth': 'publickey',
    'ssh-key': login.identityFile,
    'known-hosts': login.knownHostsFile,
    'log-level': 'error',
  }
  const child = spawn(
    `${dir}/node_modules/.bin/wetty`,
    // Else it takes root for somebody who wants to log in to this machine.
    ['--force-ssh', ...Object.entries(flags).map(([name, value]) => `--${name}=${value}`)],
    { stdio: 'ignore', detached: true, env: { ...process.env, ...login.environment } },
  )
  const url = `http://127.0.0.1:${port}/`
  const stop = async () => {
    if (child.exitCode !== null || child.pid === undefined) return
    process.kill(-child.pid, 'SIGTERM')
    await once(child, 'exit')
  }
  try {
    await answers(url)
    return { url, pid: child.pid ?? 0, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Below the person's cache, as other tools keep what they fetch. */
async function installed(): Promise<string> {
  const cache = process.env['XDG_CACHE_HOME'] ?? `${homedir()}/.cache`
  const dir = `${cache}/fleetkey-bench/wetty-${VERSION}`
  if (!existsSync(`${dir}/node_modules/.bin/wetty`)) {
    await mkdir(dir, { recursive: true })
    const flags = ['--prefix', dir, '--no-save', '--no-progress', '--loglevel=error']
    await mustRun(['npm', 'install', ...flags, `wetty@${VERSION}`], {
      timeoutMs: 300_000,
      // With the person's own registry and proxy.
      env: Object.fromEntries(
        Object.entries(process.env).map(([name, value]) => [name, value ?? '']),
      ),
    })
  }
  return dir
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function answers(url: string): Promise<void> {
  const deadline = Date.now() + 30_000
  for (;;) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- until it does
      await fetch(url)
      return
    } catch (error) {
      if (Date.now() > deadline) throw error
      // oxlint-disable-next-line no-await-in-loop
      await sleep(50)
    }
  }
}
