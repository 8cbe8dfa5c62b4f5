import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { startControlPlane, type ControlPlane } from '@fleetkey/server/testing/control-plane'
import { connectAgent, joinHost, type FakeAgent } from '@fleetkey/server/testing/fake-agent'
import { EXIT_CODES } from '../exit-codes.ts'
import { envOf, fleetkeyAs, type Done } from '../testing/run-fleetkey.ts'

const folder = mkdtempSync(join(tmpdir(), 'fleetkey-launch-'))
let server: ControlPlane
let root: (...args: readonly string[]) => Promise<Done>
const agents: FakeAgent[] = []
before(async () => {
  server = await startControlPlane()
  root = fleetkeyAs(envOf(server.url, server.root))
})
after(async () => {
  await Promise.all(agents.map((agent) => agent.close()))
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Launched {
  readonly instanceId: string
  readonly name: string
  readonly state: string
}

async function launched(...more: readonly string[]): Promise<readonly Launched[]> {
  const { code, out, err } = await root('instances', 'launch', '--output', 'json', ...more)
  assert.equal(code, 0, err)
  return JSON.parse(out) as Launched[]
}
const tokenIn = (text: string) => /fkjoin_[\w-]{43}\.[\w-]*/.exec(text)?.[0] ?? ''
async function joinAs(instanceId: string): Promise<void> {
  const { out } = await root('instances', 'user-data', instanceId)
  agents.push(await connectAgent(server, await joinHost(server, tokenIn(out))))
}

describe('instances launch', () => {
  it('makes pending instances and says what makes a host one', async () => {
    const { code, out, err } = await root('instances', 'launch', '--name', 'web-7', '--count', '2')
    assert.equal(code, 0)
    assert.match(out, /^INSTANCE +NAME +STATE\n(i-[0-9a-f]{17} +web-7 +pending\n){2}$/)
    assert.match(err, /fleetkey instances user-data i-[0-9a-f]{17}\n/)
  })

  it('sets name, tags and site', async () => {
    const [one] = await launched('--name', 'a b', '--tag', 'env=dev', '--site', 'berlin')
    const { out } = await root('instances', 'show', one?.instanceId ?? '')
    assert.match(out, /tag +Name=a b\ntag +Site=berlin\ntag +env=dev\n/)
    const list = await root('instances', '--filter', 'tag:Site=berlin')
    assert.match(list.out, / pending /)
  })

  it('waits until a host has joined as each', async () => {
    const waiting = root('instances', 'launch', '--wait', '--name', 'awaited', '--output', 'json')
    let instanceId = ''
    while (instanceId === '') {
      const { out } = await root('instances', '--filter', 'tag:Name=awaited', '--output', 'json')
      instanceId = (JSON.parse(out) as Launched[])[0]?.instanceId ?? ''
    }
    await joinAs(instanceId)
    const { code, out } = await waiting
    assert.equal(code, 0)
    assert.equal((JSON.parse(out) as Launched[])[0]?.state, 'running')
  })

  it('ends with 69 when nobody joins in time, and says who is missing', async () => {
    const { code, err } = await root('instances', 'launch', '--wait', '--timeout', '0s')
    assert.equal(code, EXIT_CODES.instanceUnavailable)
    assert.match(err, /1 of 1 are not running\.\n +because i-[0-9a-f]{17} is pending/)
  })

  it('says which images there are when there is none of that name', async () => {
    const { code, err } = await root('instances', 'launch', '--image', 'ami-12345678')
    assert.equal(code, EXIT_CODES.notFound)
    assert.match(err, /does not exist\. There is fleetkey-host\./)
  })

  it('refuses what is no number, no span, no tag and no file', async () => {
    for (const [flag, value, code] of [
      ['--count', '0', EXIT_CODES.usage],
      ['--count', '1.5', EXIT_CODES.usage],
      ['--timeout', 'soon', EXIT_CODES.usage],
      ['--tag', 'env', EXIT_CODES.usage],
      ['--user-data', join(folder, 'none'), EXIT_CODES.fileUnreadable],
    ] as const) {
      const done = await root('instances', 'launch', flag, value)
      assert.equal(done.code, code, `${flag} ${value}: ${done.err}`)
    }
  })
})

describe('instances user-data', () => {
  it('prints what makes a host the instance, as it is, and says on stderr how long it is good', async () => {
    const file = join(folder, 'cloud-config')
    writeFileSync(file, '#cloud-config\npackages: [curl]\n')
    const [one] = await launched('--user-data', file, '--name', 'with-data')
    const { code, out, err } = await root('instances', 'user-data', 'with-data')
    assert.equal(code, 0)
    assert.match(out, /^Content-Type: multipart\/mixed; .*\n/)
    assert.ok(out.includes(Buffer.from('#cloud-config\n').toString('base64').slice(0, 16)))
    assert.match(err, /within an hour/)
    assert.equal((await joinHost(server, tokenIn(out))).instanceId, one?.instanceId)
  })

  it('gives programs base64', async () => {
    const [one] = await launched()
    const { out } = await root('instances', 'user-data', one?.instanceId ?? '', '--output', 'json')
    const { instanceId, userData } = JSON.parse(out) as Record<string, string>
    assert.equal(instanceId, one?.instanceId)
    assert.match(Buffer.from(userData ?? '', 'base64').toString(), /^#!\/bin\/sh\n/)
  })

  it('has none for an instance that a host has joined as', async () => {
    const [one] = await launched('--name', 'joined')
    await joinAs(one?.instanceId ?? '')
    const { code, err } = await root('instances', 'user-data', 'joined')
    assert.equal(code, EXIT_CODES.refused)
    assert.match(err, /has joined as i-[0-9a-f]{17} already/)
  })

  it('is for nobody who may only look around', async () => {
    const [one] = await launched()
    const policy = { Effect: 'Allow', Action: 'ec2:Describe*', Resource: '*' }
    const looking = fleetkeyAs(envOf(server.url, await server.user('looking', policy)))
    const { code, out, err } = await looking('instances', 'user-data', one?.instanceId ?? '')
    assert.deepEqual([code, out], [EXIT_CODES.accessDenied, ''])
    assert.match(err, /fleetkey:CreateJoinToken/)
  })
})

describe('instances forget', () => {
  it('ends a pending instance too', async () => {
    const [one] = await launched()
    const { code } = await root('instances', 'forget', one?.instanceId ?? '', '--yes')
    assert.equal(code, 0)
    const gone = await root('instances', 'user-data', one?.instanceId ?? '')
    assert.equal(gone.code, EXIT_CODES.notFound)
  })
})
