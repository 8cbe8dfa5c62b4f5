import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CLOSED_SPELLINGS } from '@fleetkey/domain/tunnel-target.cases'
import type { AgentRefusalCode } from '@fleetkey/wire/agent/agent-messages'
import type { TunnelOrder } from '@fleetkey/wire/agent/tunnel-statements'
import { publicKeyText, signStatement } from '../ed25519.ts'
import { GrantRefusal } from '../grant-refusal.ts'
import type { Trust } from '../state.ts'
import {
  createFakeSigner,
  DEPLOYMENT,
  INSTANCE_ID,
  newKey,
  sampleGrant,
  sampleOrder,
  type SigningChanges,
} from '../testing/control-plane.ts'
import { checkOrder, type OrderContext, type SignedOrder } from './order-checks.ts'
import { OrderFreshness } from './order-freshness.ts'

const NOW = Date.UTC(2026, 10, 22, 12)
const DAY = 24 * 60 * 60 * 1000
const AGENT_KEY = publicKeyText(newKey())
const signer = createFakeSigner(NOW)

/** A host that would follow the order that `order` makes. */
function makeHost(changes: Partial<OrderContext> = {}) {
  const fresh = new OrderFreshness()
  const linkNonce = fresh.openLink()
  const raised: Trust[] = []
  const host: OrderContext = {
    pins: { deployment: DEPLOYMENT, instanceId: INSTANCE_ID, issuerKeys: [signer.issuerKey] },
    agentKey: AGENT_KEY,
    trust: { minimumEpoch: 1, highestSignedTime: 0 },
    raiseTrust: (seen) => void raised.push(seen),
    wallNow: NOW,
    consume: (order) => fresh.consume(order),
    addresses: ['192.0.2.7', '2001:db8::7'],
    tunnelPorts: [22],
    ...changes,
  }
  const order = (fields: Partial<TunnelOrder> = {}) =>
    sampleOrder({ agentKey: AGENT_KEY, issuedAt: NOW, linkNonce, ...fields })
  return { host, order, raised }
}

interface Case {
  readonly order?: Partial<TunnelOrder>
  readonly signing?: SigningChanges
  readonly host?: Partial<OrderContext>
  readonly code?: AgentRefusalCode
  readonly says: RegExp
}

function refuse({ order, signing, host, ...expected }: Case) {
  const made = makeHost(host)
  refuseSigned(signer.signOrder(made.order(order), signing), made.host, expected)
}

function refuseSigned(
  signed: SignedOrder,
  host: OrderContext,
  { code = 'grant-not-valid', says }: Pick<Case, 'code' | 'says'>,
) {
  assert.throws(
    () => checkOrder(signed, host),
    (thrown) => {
      assert.ok(thrown instanceof GrantRefusal, String(thrown))
      assert.match(thrown.message, says)
      assert.equal(thrown.code, code)
      return true
    },
  )
}

describe('an order of a tunnel', () => {
  it('is followed when it is good', () => {
    const { host, order, raised } = makeHost()
    const good = order()
    assert.deepEqual(checkOrder(signer.signOrder(good), host), good)
    assert.deepEqual(raised, [{ minimumEpoch: 1, highestSignedTime: NOW }])
  })

  it('is followed for IPv6 and another allowed port', () => {
    const { host, order } = makeHost({ tunnelPorts: [22, 2222] })
    assert.ok(checkOrder(signer.signOrder(order({ address: '2001:db8::7', port: 2222 })), host))
  })

  describe('is refused', () => {
    it('over 16 KiB', () => {
      const { host, order } = makeHost()
      const { order: good, signer: certificate } = signer.signOrder(order())
      const long = { ...good, statement: good.statement + ' '.repeat(16_384) }
      refuseSigned({ order: long, signer: certificate }, host, { says: /too long/ })
    })

    const alterations: readonly (readonly [string, (text: string) => string])[] = [
      ['with a field that is not known', (text) => text.replace('{', '{"root":true,')],
      ['with a field twice', (text) => text.replace('"port":22', '"port":22,"port":23')],
      ['with bytes after it', (text) => `${text}\n`],
      ['without a field', (text) => text.replace('"port":22,', '')],
      ['with a port that is text', (text) => text.replace('"port":22', '"port":"22"')],
      ['with a negative port', (text) => text.replace('"port":22', '"port":-22')],
    ]
    for (const [what, change] of alterations) {
      it(`${what}, though it is signed`, () => {
        const { host, order } = makeHost()
        const key = newKey()
        const { order: good } = signer.signOrder(order())
        const { signer: certificate } = signer.signOrder(order(), {
          certificate: { publicKey: publicKeyText(key) },
        })
        const altered = signStatement(key, change(good.statement))
        refuseSigned({ order: altered, signer: certificate }, host, { says: /malformed/ })
      })
    }

    it('when it is a grant (a signature over one kind is none over another)', () => {
      const { host } = makeHost()
      const { grant, signer: certificate } = signer.sign(sampleGrant({ agentKey: AGENT_KEY }))
      refuseSigned({ order: grant, signer: certificate }, host, { says: /malformed/ })
    })

    it('when it was changed after it was signed', () => {
      const { host, order } = makeHost()
      const { order: good, signer: certificate } = signer.signOrder(order())
      const other = { ...good, statement: good.statement.replace('"port":22', '"port":23') }
      refuseSigned({ order: other, signer: certificate }, host, { says: /signature .* is wrong/ })
    })

    it('with the signature of somebody else', () =>
      refuse({ signing: { signer: newKey() }, says: /signature .* is wrong/ }))
    it('by a signer that nobody pinned has certified', () =>
      refuse({ signing: { issuer: newKey() }, says: /does not know who certified/ }))
    it('by a signer of another use', () =>
      refuse({ signing: { certificate: { usage: 'metadata' } }, says: /not for signing grants/ }))
    it('by a signer whose day is over', () =>
      refuse({ host: { wallNow: NOW + DAY }, says: /has ended/ }))
    it('by a signer of an ended epoch', () =>
      refuse({
        host: { trust: { minimumEpoch: 2, highestSignedTime: 0 } },
        says: /epoch that was ended/,
      }))
    it('for another deployment', () =>
      refuse({ order: { deployment: 'other' }, says: /another deployment/ }))
    it('for another instance', () =>
      refuse({ order: { instanceId: 'i-00000000000000000' }, says: /another instance/ }))
    it('for a key of this host that was replaced', () =>
      refuse({ order: { agentKey: publicKeyText(newKey()) }, says: /not in use here/ }))
    it('of another link (recorded there and sent again)', () =>
      refuse({ order: { linkNonce: 'f'.repeat(32) }, says: /over another link/ }))

    it('a second time', () => {
      const { host, order } = makeHost()
      const signed = signer.signOrder(order())
      checkOrder(signed, host)
      refuseSigned(signed, host, { says: /second time/ })
    })

    it('to another machine (a way into the network behind this host)', () => {
      for (const address of ['192.0.2.8', '10.0.0.1', '2001:db8::8']) {
        refuse({ order: { address }, code: 'target-not-allowed', says: /to this host only/ })
      }
    })

    it('in every spelling of loopback, link-local, metadata and multicast, though the host had it', () => {
      for (const address of CLOSED_SPELLINGS) {
        const host = { addresses: [address] }
        refuse({ order: { address }, host, code: 'target-not-allowed', says: /no address of it/ })
      }
    })

    it('to a port that the administrator does not allow', () => {
      refuse({ order: { port: 3306 }, code: 'target-not-allowed', says: /lead to port 22 only/ })
      const host = { tunnelPorts: [] }
      refuse({ host, code: 'target-not-allowed', says: /allows no tunnels/ })
    })
  })
})
