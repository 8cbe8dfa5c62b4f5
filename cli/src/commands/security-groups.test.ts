import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startControlPlane, type ControlPlane } from '@fleetkey/server/testing/control-plane'
import { connectAgent, enrolHost, FACTS, type FakeAgent } from '@fleetkey/server/testing/fake-agent'
import { EXIT_CODES } from '../exit-codes.ts'
import { envOf, fleetkeyAs, type Done } from '../testing/run-fleetkey.ts'

let server: ControlPlane
let agent: FakeAgent
let root: (...args: readonly string[]) => Promise<Done>
before(async () => {
  server = await startControlPlane()
  root = fleetkeyAs(envOf(server.url, server.root))
  const host = await enrolHost(server, { Name: 'web-1' })
  agent = await connectAgent(server, host, { facts: { ...FACTS, abilities: ['rules'] } })
  await enrolHost(server, { Name: 'db-1', Site: 'berlin' })
})
after(async () => {
  await agent.close()
  await server.close()
})

interface Shown {
  readonly groupId: string
  readonly name: string
  readonly site: string
  readonly mode: string
  readonly instanceIds: readonly string[]
  readonly rules: readonly { readonly source: string; readonly ruleId: string }[]
}

const groups = (...args: readonly string[]) => root('security-groups', ...args)
const json = async (...args: readonly string[]): Promise<unknown> => {
  const { code, out, err } = await groups(...args, '--output', 'json')
  assert.equal(code, 0, err)
  return JSON.parse(out)
}
const show = async (meant: string) => (await json('show', meant)) as Shown
const sourcesOf = async (meant: string) => (await show(meant)).rules.map(({ source }) => source)

describe('security-groups', () => {
  it('lists the default group of each site', async () => {
    const { code, out } = await groups()
    assert.equal(code, 0)
    assert.match(out, /^NAME +GROUP +SITE +MODE +RULES +INSTANCES +DESCRIPTION\ndefault +sg-/)
    assert.match(out, /\ndefault +sg-[0-9a-f]{17} +berlin +- +2 +- +Lets in /)
  })

  it('makes one, lets in ranges and the sources of ours, and shows it', async () => {
    const made = (await json(
      'create',
      'office',
      '--description',
      'at work',
      '--tag',
      'a=b',
    )) as Shown
    assert.deepEqual([made.name, made.site, made.mode], ['office', 'default', 'observe'])
    const asked = ['10.0.0.0/8', '2001:db8::7', 'fleetkey', 'grant']
    const allowed = await groups('allow', 'office', ...asked.flatMap((one) => ['--from', one]))
    assert.equal(allowed.code, 0, allowed.err)
    assert.equal(allowed.out, 'office lets in 10.0.0.0/8, 2001:db8::7, fleetkey, grant.\n')
    const sources = ['10.0.0.0/8', '2001:db8::7/128', 'fleetkey', 'grant']
    assert.deepEqual((await sourcesOf('office')).toSorted(), sources)
    const { out } = await groups('show', made.groupId)
    assert.match(out, /^group {5}sg-\w+\nname {6}office\nsite {6}default\nmode {6}observe\n/)
    assert.match(out, /\nFROM +PROTOCOL +PORT +ENFORCED +RULE +DESCRIPTION\n/)
    assert.match(out, /\ngrant +tcp +22 +ssh-port +sgr-\w+ +-\n/)
  })

  it('takes rules away by what they say and by id', async () => {
    const { rules } = await show('office')
    const { ruleId = '' } = rules.find(({ source }) => source === 'grant') ?? {}
    const done = await groups('revoke', 'office', '--rule', ruleId)
    assert.equal(done.code, 0, done.err)
    await json('revoke', 'office', '--from', '2001:db8::7', '--from', 'fleetkey')
    assert.deepEqual(await sourcesOf('office'), ['10.0.0.0/8'])
    const again = await groups('revoke', 'office', '--from', 'fleetkey')
    assert.equal(again.code, EXIT_CODES.notFound)
    assert.match(again.err, /does not exist in this security group/)
  })

  it('says that rules for other ports are for sshd alone', async () => {
    const { code, err } = await groups('allow', 'office', '--from', '10.0.0.0/8', '--port', '443')
    assert.equal(code, 0)
    assert.match(err, /^note: Agents look at connections to sshd only/)
  })

  it('attaches one beside others, says what became of it on each host, and detaches it', async () => {
    await json('create', 'second')
    const { code, out } = await groups('attach', 'office', 'web-1')
    assert.equal(code, 0)
    assert.match(out, /^web-1 has office\.\n {2}i-[0-9a-f]{17} {2}done {4}In force\.\n$/)
    await json('attach', 'second', 'web-1')
    assert.equal((await show('office')).instanceIds.length, 1)
    assert.equal((await show('second')).instanceIds.length, 1)
    await json('detach', 'office', 'web-1')
    assert.deepEqual((await show('office')).instanceIds, [])
    await json('detach', 'second', 'web-1')
    assert.deepEqual((await show('second')).instanceIds, [])
    const gone = await groups('detach', 'second', 'web-1')
    assert.equal(gone.code, EXIT_CODES.notFound)
    const elsewhere = await groups('attach', 'office', 'db-1')
    assert.equal(elsewhere.code, EXIT_CODES.usage)
    assert.match(elsewhere.err, /different networks/)
  })

  it('shows who would be cut, by the rules of now, and cuts nobody', async () => {
    await json('attach', 'office', 'web-1')
    const observations = ['10.1.1.1', '192.0.2.9', '2001:db8::9'].map((address) => ({
      address,
      port: 22,
      outcome: 'let-in' as const,
      attempts: 2,
    }))
    agent.say({ kind: 'ingress-observed', receiptId: 'r1', observations })
    await agent.hears('stored')
    const { out } = await groups('mode', 'office', 'enforce', '--dry-run')
    assert.match(
      out,
      /^Whom the rules of now would cut, of those who came\. Nothing was changed\.\n/,
    )
    assert.match(out, /192\.0\.2\.9 +22 +2 /)
    assert.match(out, /2001:db8::9/)
    assert.doesNotMatch(out, /10\.1\.1\.1/)
    assert.equal((await show('office')).mode, 'observe')
    await json('allow', 'office', '--from', '192.0.2.0/24', '--from', '2001:db8::/32')
    const now = await groups('mode', 'office', 'enforce', '--dry-run')
    assert.equal(now.out, 'Nobody who came so far would be cut. Nothing was changed.\n')
  })

  it('changes the mode', async () => {
    const { code, out } = await groups('mode', 'office', 'enforce')
    assert.equal(code, 0)
    assert.match(out, /^office is enforced\.\n {2}i-\w+ {2}done/)
    assert.equal((await show('office')).mode, 'enforce')
    assert.equal((await groups('mode', 'office', 'off')).code, EXIT_CODES.usage)
    await json('mode', 'office', 'observe')
    assert.equal((await show('office')).mode, 'observe')
  })

  it('ends with a code of its own where a host does not follow', async () => {
    const host = await enrolHost(server, { Name: 'old-1' })
    const old = await connectAgent(server, host, { facts: FACTS })
    const { code, out, err } = await groups('attach', 'office', 'old-1')
    assert.equal(code, EXIT_CODES.instanceUnavailable)
    assert.match(out, /^old-1 has office\.\n {2}i-\w+ {2}unable {2}The agent on old-1/)
    assert.match(err, /not in force on every host/)
    await old.close()
    await groups('detach', 'office', 'old-1')
  })

  it('deletes one, but not unasked and not while an instance has it', async () => {
    assert.equal((await groups('delete', 'second')).code, EXIT_CODES.cancelled)
    assert.equal((await groups('delete', 'second', '--yes')).code, 0)
    const inUse = await groups('delete', 'office', '--yes')
    assert.equal(inUse.code, EXIT_CODES.refused)
    assert.match(inUse.err, /Take it off them first/)
    assert.equal((await groups('show', 'second')).code, EXIT_CODES.notFound)
  })

  it('says what is wrong with a source, a port and a name', async () => {
    const bits = await groups('allow', 'office', '--from', '10.0.0.1/8')
    assert.equal(bits.code, EXIT_CODES.usage)
    assert.match(bits.err, /Bits are set behind its prefix/)
    const word = await groups('allow', 'office', '--from', 'berlin')
    assert.match(word.err, /Write a range/)
    assert.equal((await groups('allow', 'office')).code, EXIT_CODES.usage)
    const port = await groups('allow', 'office', '--from', '10.0.0.0/8', '--port', '30-20')
    assert.equal(port.code, EXIT_CODES.usage)
    await json('create', 'office', '--site', 'berlin')
    assert.equal((await groups('show', 'office')).code, EXIT_CODES.ambiguous)
    assert.equal((await groups('create', 'x', '--site', 'rome')).code, EXIT_CODES.notFound)
  })
})
