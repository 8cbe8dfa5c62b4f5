import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { startControlPlane, type ControlPlane } from '@fleetkey/server/testing/control-plane'
import { connectAgent, enrolHost, type FakeAgent } from '@fleetkey/server/testing/fake-agent'
import { EXIT_CODES } from '../exit-codes.ts'
import { envOf, fleetkeyAs, type Done } from '../testing/run-fleetkey.ts'

const folder = mkdtempSync(join(tmpdir(), 'fleetkey-can-'))
let server: ControlPlane
let web: FakeAgent
let root: (...args: readonly string[]) => Promise<Done>
let alice: (...args: readonly string[]) => Promise<Done>
let accountId = ''

const logins = (condition: object) => ({
  Sid: 'ReachDev',
  Effect: 'Allow',
  Action: 'ec2-instance-connect:SendSSHPublicKey',
  Resource: '*',
  Condition: {
    StringEquals: { 'aws:ResourceTag/env': 'dev', 'ec2:osuser': 'deploy' },
    ...condition,
  },
})

before(async () => {
  server = await startControlPlane()
  web = await connectAgent(server, await enrolHost(server, { env: 'dev', Name: 'web-1' }))
  root = fleetkeyAs(envOf(server.url, server.root))
  accountId = (await server.root.done('GetCallerIdentity', {})).Account
  alice = fleetkeyAs(envOf(server.url, await server.user('alice', [logins({})])))
  await server.user('office', logins({ IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } }))
})
after(async () => {
  await web.close()
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('can', () => {
  it('says yes with the statement that says so, also to who may not list instances', async () => {
    const { code, out } = await alice('can', web.host.instanceId, '--os-user', 'deploy')
    assert.equal(code, 0)
    assert.match(out, /^yes: arn:aws:iam::\d+:user\/alice may log in as deploy on i-/)
    assert.match(out, /ReachDev/)
  })
  it('says no with 77, why, and what would have been allowed', async () => {
    const { code, out, err } = await alice('can', web.host.instanceId, '--os-user', 'root')
    assert.equal(code, EXIT_CODES.accessDenied)
    assert.equal(out, '')
    assert.match(err, /alice may not log in as root/)
    assert.match(err, /ec2:osuser/)
  })
  it('asks for somebody else by name, by kind and by ARN', async () => {
    for (const who of ['alice', 'user/alice', `arn:aws:iam::${accountId}:user/alice`]) {
      const { code } = await root('can', 'web-1', '--os-user', 'deploy', '--as', who)
      assert.equal(code, 0, who)
    }
    const nobody = await root('can', 'web-1', '--os-user', 'deploy', '--as', 'role/alice')
    assert.equal(nobody.code, EXIT_CODES.notFound)
  })
  it('has its own code for what depends on the moment, until the moment is told', async () => {
    const line = ['can', 'web-1', '--os-user', 'deploy', '--as', 'office']
    const open = await root(...line)
    assert.equal(open.code, EXIT_CODES.conditional)
    assert.match(open.err, /aws:SourceIp/)
    assert.equal((await root(...line, '--context', 'aws:SourceIp=192.0.2.9')).code, 0)
    const away = await root(...line, '--context', 'aws:SourceIp=198.51.100.1', '--output', 'json')
    assert.equal(away.code, EXIT_CODES.accessDenied)
    assert.equal((JSON.parse(away.out) as { decision: string }).decision, 'denied')
  })
  it('opens nothing', () => {
    const pushes = server.trail().filter(({ eventName }) => eventName === 'SendSSHPublicKey')
    assert.deepEqual(pushes, [])
  })
  it('wants to know as which user of the host', async () => {
    assert.equal((await alice('can', web.host.instanceId)).code, EXIT_CODES.usage)
    const malformed = ['can', web.host.instanceId, '--os-user', 'deploy', '--context', 'x']
    assert.equal((await alice(...malformed)).code, EXIT_CODES.usage)
  })
  it('lists who may, as whom, and under which condition', async () => {
    const { out, err } = await root('can', '--who', 'web-1')
    assert.match(out, /:user\/alice +deploy +yes/)
    assert.match(out, /:user\/office +deploy +conditional/)
    assert.match(err, /Root may always/)
    const one = await root('can', '--who', 'web-1', '--os-user', 'root', '--output', 'json')
    assert.deepEqual(JSON.parse(one.out), [])
  })

  it('lists where somebody may, as whom, and nowhere else', async () => {
    const { out, code } = await root('can', '--where', 'alice')
    assert.equal(code, 0)
    assert.match(out, /web-1 +i-[0-9a-f]+ +deploy +yes/)
    const nowhere = await root('can', '--where', 'alice', '--os-user', 'root', '--output', 'json')
    assert.deepEqual(JSON.parse(nowhere.out), [])
    assert.notEqual((await root('can', '--where', 'alice', '--as', 'bob')).code, 0)
  })
})

describe('iam preview', () => {
  it('shows who would gain and who would lose a login, and changes nothing', async () => {
    const path = join(folder, 'policy.json')
    const statement = logins({
      StringEquals: { 'aws:ResourceTag/env': 'dev', 'ec2:osuser': 'ops' },
    })
    writeFileSync(path, JSON.stringify({ Version: '2012-10-17', Statement: [statement] }))
    const line = ['iam', 'preview', '--user', 'alice', '--name', 'p']
    const { out, code } = await root(...line, '--with', path)
    assert.equal(code, 0)
    assert.match(out, /^loses +arn\S+alice +web-1 +i-\w+ +deploy +allowed +denied$/m)
    assert.match(out, /^gains +arn\S+alice +web-1 +i-\w+ +ops +denied +allowed$/m)
    const gone = await root(...line, '--output', 'json')
    assert.deepEqual(
      (JSON.parse(gone.out) as { change: string; osUser: string }[]).map((one) => [
        one.change,
        one.osUser,
      ]),
      [['loses', 'deploy']],
    )
    assert.equal((await alice('can', web.host.instanceId, '--os-user', 'deploy')).code, 0)
  })
  it('wants to know which policy', async () => {
    assert.equal((await root('iam', 'preview', '--user', 'alice')).code, EXIT_CODES.usage)
    assert.equal(
      (await root('iam', 'preview', '--policy', 'x', '--name', 'p')).code,
      EXIT_CODES.usage,
    )
  })
})
