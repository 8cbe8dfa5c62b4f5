import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { makeIdentity } from './identity.ts'
import { pathsBelow } from './paths.ts'
import { saveEnrolment } from './state.ts'
import { readStatus } from './status.ts'
import { scratchDirectory } from './testing/agent-parts.ts'
import {
  createFakeSigner,
  DEPLOYMENT,
  INSTANCE_ID,
  startControlPlane,
} from './testing/control-plane.ts'

const START = `import(${JSON.stringify(new URL('main.ts', import.meta.url).href)})
  .then(({ main }) => main(process.argv.slice(1))).then((code) => (process.exitCode = code))`

/** The whole program as its own process, joined to a control plane of the test; delivery `file` needs nothing of this host. */
async function start(test: TestContext) {
  const plane = await startControlPlane()
  test.after(() => plane.close())
  const root = scratchDirectory(test)
  const paths = pathsBelow(root)
  mkdirSync(dirname(paths.settings), { recursive: true })
  writeFileSync(paths.settings, '{"delivery":"file"}', { mode: 0o600 })
  mkdirSync(paths.authorizedKeys, { recursive: true })
  writeFileSync(`${paths.authorizedKeys}/alice`, 'left by an agent that was killed')
  makeIdentity().save(paths.state)
  saveEnrolment(paths.state, {
    instanceId: INSTANCE_ID,
    deployment: DEPLOYMENT,
    issuerKeys: [createFakeSigner().issuerKey],
    minimumEpoch: 1,
    caCertificate: '',
    serverUrl: plane.url,
  })
  const env = {
    PATH: process.env['PATH'],
    NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
    NODE_COMPILE_CACHE_PORTABLE: process.env['NODE_COMPILE_CACHE_PORTABLE'],
    FLEETKEY_AGENT_ROOT: root,
  }
  const args = (command: string) => ['-e', START, '--', command]
  const child = spawn(process.execPath, args('run'), { env, stdio: ['ignore', 'ignore', 'pipe'] })
  test.after(() => child.kill('SIGKILL'))
  const ended = once(child, 'exit')
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text))
  const again = (command: string) =>
    spawnSync(process.execPath, args(command), { env, encoding: 'utf8' })
  const until = async (holds: () => boolean) => {
    while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return { plane, paths, child, ended, again, until, log: () => log }
}

describe('run', { timeout: 30_000 }, () => {
  it('clears, connects, shows its status, refuses a second agent, and ends on SIGTERM', async (test) => {
    const { plane, paths, child, ended, again, until, log } = await start(test)
    const { hello } = await plane.arrival()
    assert.equal(hello.facts.delivery, 'file')
    assert.ok(!existsSync(`${paths.authorizedKeys}/alice`))

    await until(() => readStatus(paths.statusFile)?.connectedSince != null)
    const { status, stdout } = again('status')
    assert.equal(status, 0)
    assert.match(stdout, /link {7}up since/)
    assert.equal(again('run').status, 78)

    child.kill('SIGTERM')
    assert.deepEqual(await ended, [0, null])
    assert.ok(!existsSync(paths.statusFile))
    assert.equal(again('status').status, 69)
    const events = log()
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { event: string }).event)
    // Where sshd of this machine writes is told too.
    const own = events.filter((event) => event !== 'sshd-words')
    assert.deepEqual(own, ['agent-started', 'link-up', 'agent-stopping'])
  })

  it('is not shown as running after it was killed', async (test) => {
    const { plane, paths, child, ended, until } = await start(test)
    await plane.arrival()
    await until(() => readStatus(paths.statusFile) !== undefined)
    child.kill('SIGKILL')
    await ended
    assert.ok(readFileSync(paths.statusFile, 'utf8').includes(`"pid":${child.pid}`))
    assert.equal(readStatus(paths.statusFile), undefined)
  })
})
