import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { hostRulesStatement, type HostRules } from '@fleetkey/wire/agent/rules-statements'
import { encodeStatement } from '@fleetkey/wire/agent/statement'
import { silentLog } from '../testing/agent-parts.ts'
import { createFakeSigner, DEPLOYMENT, INSTANCE_ID } from '../testing/control-plane.ts'
import { Ingress, type IngressParts } from './ingress.ts'
import { removalScript } from './nft-script.ts'
import type { SignedRules } from './rule-checks.ts'
import { until } from '../testing/until.ts'

const signer = createFakeSigner()
const AGENT_KEY = `${'A'.repeat(43)}=`

function signed(changes: Partial<HostRules>): SignedRules {
  const statement = encodeStatement(hostRulesStatement, {
    deployment: DEPLOYMENT,
    instanceId: INSTANCE_ID,
    agentKey: AGENT_KEY,
    revision: 1,
    issuedAt: Date.now(),
    mode: 'enforce',
    rules: ['22-22 10.0.0.0/8'],
    ...changes,
  })
  const vouched = signer.vouch(statement)
  return { rules: vouched.signed, signer: vouched.signer }
}

/** An ingress on a host that is not there; what nft was told stands in `told`. */
function given(changes: Partial<IngressParts> & { readonly kept?: IngressParts['kept'] } = {}) {
  const told: string[] = []
  let saved: SignedRules | undefined
  let failing: Error | undefined
  let ports: readonly number[] = [22]
  const listed = () => ({
    nftables: [
      ...(told.findLast((text) => /flush chain/.test(text)) ?? '').matchAll(/^add rule.*/gm),
    ].map(([line]) => ({ rule: { expr: told.at(-1) === 'accept all' ? 'accept' : line } })),
  })
  const parts: IngressParts = {
    context: {
      pins: { deployment: DEPLOYMENT, instanceId: INSTANCE_ID, issuerKeys: [signer.issuerKey] },
      agentKey: AGENT_KEY,
      trust: () => ({ minimumEpoch: 1, highestSignedTime: 0 }),
      raiseTrust: () => {},
    },
    kept: { load: () => saved, save: (rules) => void (saved = rules) },
    firewall: {
      async apply(script) {
        if (failing !== undefined) throw failing
        told.push(script)
      },
      list: async () => (told.at(-1) === 'flush ruleset' ? undefined : listed()),
    },
    sshPorts: async () => ports,
    log: silentLog(),
    heardWithinMs: 60_000,
    ...changes,
  }
  return {
    ingress: new Ingress(parts),
    parts,
    told,
    saved: () => saved,
    fail: (error: Error | undefined) => (failing = error),
    moveSshd: (to: readonly number[]) => (ports = to),
  }
}

describe('an ingress', () => {
  it('puts rules in force, and keeps them once the control plane was heard', async () => {
    const { ingress, told, saved } = given()
    const rules = signed({ revision: 3 })
    const { revision, says } = await ingress.take(rules)
    assert.equal(revision, 3)
    assert.equal(says, '1 rules in force on port 22.')
    assert.match(told.at(-1) ?? '', /ip saddr 10\.0\.0\.0\/8 accept/)
    assert.equal(saved(), undefined)
    ingress.heard(2)
    assert.equal(saved(), undefined)
    ingress.heard(3)
    assert.equal(saved(), rules)
    ingress.stop()
  })

  it('puts back what was proven when the control plane is not heard', async () => {
    let renewed = 0
    const { ingress, told, saved } = given({ heardWithinMs: 20, onPutBack: () => renewed++ })
    const first = signed({ revision: 1 })
    await ingress.take(first)
    ingress.heard(1)
    await ingress.take(signed({ revision: 2, rules: [] }))
    assert.doesNotMatch(told.at(-1) ?? '', /10\.0\.0\.0/)
    await until(() => ingress.problems.length > 0)
    assert.match(told.at(-1) ?? '', /10\.0\.0\.0/)
    assert.match(ingress.problems.join(), /not heard after rules of revision 2/)
    assert.equal(saved(), first)
    assert.equal(renewed, 1, 'the link is made anew, so that the rules come again')
    // The same again, once the link is up again: nothing is lost.
    await ingress.take(signed({ revision: 2, rules: [] }))
    ingress.heard(2)
    assert.deepEqual(ingress.problems, [])
  })

  it('puts back that there were none', async () => {
    const { ingress, told } = given({ heardWithinMs: 20 })
    await ingress.take(signed({}))
    await until(() => told.at(-1) === removalScript())
    assert.match(ingress.problems.join(), /not heard/)
  })

  it('puts kept rules in force at the start, and refuses older ones from then on', async () => {
    const rules = signed({ revision: 5 })
    const { ingress, told } = given({ kept: { load: () => rules, save: () => {} } })
    await ingress.start()
    assert.equal(told.length, 1, 'in one step: the table is never there without its rules')
    assert.match(told[0] ?? '', /flush set inet fleetkey opened4/)
    assert.match(told[0] ?? '', /ip saddr 10\.0\.0\.0\/8 accept/)
    await assert.rejects(ingress.take(signed({ revision: 4, rules: [] })), /older/)
  })

  it('says so where nft is missing, leaves all as it was, and refuses older ones all the same', async () => {
    const rules = signed({ revision: 5 })
    const { ingress, told, fail } = given({ kept: { load: () => rules, save: () => {} } })
    fail(new Error('This host has no nft: install the package nftables.'))
    await ingress.start()
    assert.deepEqual(told, [])
    assert.match(ingress.problems.join(), /not in force: .*install the package nftables/)
    await assert.rejects(ingress.take(signed({ revision: 6 })), { code: 'rules-not-applied' })
    fail(undefined)
    await assert.rejects(ingress.take(signed({ revision: 4 })), /older/)
    await ingress.take(signed({ revision: 6 }))
    ingress.stop()
  })

  it('opens the port for a grant, of one address for the longest of its grants', async () => {
    const { ingress, told } = given()
    await ingress.take(signed({ rules: ['22-22 grant'] }))
    assert.equal(ingress.opensPort, true)
    await ingress.open('g1', '192.0.2.9', 60)
    await ingress.open('g2', '192.0.2.9', 60)
    const opened = told.length
    assert.match(told.at(-1) ?? '', /opened4 \{ 192\.0\.2\.9 timeout 60s \}/)
    await ingress.close('g1')
    assert.equal(told.length, opened, 'another grant has it open')
    await ingress.close('g2')
    assert.match(told.at(-1) ?? '', /^delete element inet fleetkey opened4 \{ 192\.0\.2\.9 \}$/m)
    ingress.stop()
  })

  it('opens nothing where no rule says so', async () => {
    const { ingress, told } = given()
    await ingress.open('g0', '192.0.2.9', 60)
    await ingress.take(signed({}))
    assert.equal(ingress.opensPort, false)
    await ingress.open('g1', '192.0.2.9', 60)
    assert.doesNotMatch(told.join(), /192\.0\.2\.9/)
    ingress.stop()
  })

  it('refuses a grant whose port would stay closed', async () => {
    const { ingress, fail } = given()
    await ingress.take(signed({ rules: ['22-22 grant'] }))
    fail(new Error('nft: no'))
    await assert.rejects(ingress.open('g1', '192.0.2.9', 60), { code: 'delivery-failed' })
    await assert.rejects(ingress.open('g1', '192.0.2.9 }', 60), { code: 'grant-not-valid' })
    ingress.stop()
  })

  it('keeps openings over a change of rules', async () => {
    const { ingress, told } = given()
    await ingress.take(signed({ rules: ['22-22 grant'] }))
    await ingress.open('g1', '2001:db8::9', 60)
    await ingress.take(signed({ revision: 2, rules: ['22-22 grant', '22-22 ::/0'] }))
    assert.match(told.at(-1) ?? '', /opened6 \{ 2001:db8::9 timeout (60|59)s \}/)
    ingress.stop()
  })

  it('follows sshd to another port, and says it again when somebody emptied the table', async () => {
    const { ingress, told, moveSshd } = given()
    await ingress.take(signed({ rules: ['1-65535 10.0.0.0/8'] }))
    const before = told.length
    await ingress.follow()
    assert.equal(told.length, before)
    moveSshd([2222])
    await ingress.follow()
    assert.match(told.at(-1) ?? '', /tcp dport 2222 ip saddr/)
    told.push('flush ruleset')
    await ingress.sightings()
    assert.match(told.at(-1) ?? '', /tcp dport 2222 ip saddr/)
    ingress.stop()
  })

  it('says it again when somebody made other rules of as many (the last word would be another)', async () => {
    const { ingress, told } = given()
    await ingress.take(signed({}))
    const said = told.length
    told.push('accept all')
    await ingress.sightings()
    assert.match(told.at(-1) ?? '', /flush chain/)
    for (let look = 0; look < 3; look++) await ingress.sightings()
    assert.equal(told.length, said + 2, 'once')
    ingress.stop()
  })
})
