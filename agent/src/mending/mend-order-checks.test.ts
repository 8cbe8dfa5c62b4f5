import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import type { AgentRefusalCode } from '@fleetkey/wire/agent/agent-messages'
import type { Signed } from '@fleetkey/wire/agent/signed'
import { mendOrderStatement, type MendOrder } from '@fleetkey/wire/agent/mend-statement'
import { encodeStatement } from '@fleetkey/wire/agent/statement'
import { publicKeyText } from '../ed25519.ts'
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
import { OrderFreshness } from '../tunnels/order-freshness.ts'
import { checkMendOrder, type MendContext } from './mend-order-checks.ts'

const NOW = Date.UTC(2026, 10, 26, 12)
const DAY = 24 * 60 * 60 * 1000
const AGENT_KEY = publicKeyText(newKey())
const signer = createFakeSigner(NOW)

/** A host that would follow the order that `order` makes. */
function makeHost(changes: Partial<MendContext> = {}) {
  const fresh = new OrderFreshness()
  const linkNonce = fresh.openLink()
  const raised: Trust[] = []
  const host: MendContext = {
    pins: { deployment: DEPLOYMENT, instanceId: INSTANCE_ID, issuerKeys: [signer.issuerKey] },
    agentKey: AGENT_KEY,
    trust: { minimumEpoch: 1, highestSignedTime: 0 },
    raiseTrust: (seen) => void raised.push(seen),
    wallNow: NOW,
    consume: (order) => fresh.consume({ ...order, tunnelId: order.mendId }),
    remoteMends: true,
    ...changes,
  }
  const order = (fields: Partial<MendOrder> = {}): MendOrder => ({
    deployment: DEPLOYMENT,
    mendId: randomBytes(16).toString('hex'),
    instanceId: INSTANCE_ID,
    agentKey: AGENT_KEY,
    linkNonce,
    fixes: ['helper'],
    osUser: 'alice',
    dryRun: false,
    issuedAt: NOW,
    principalArn: 'arn:aws:iam::123456789012:user/alice',
    requestId: 'r',
    intentSeq: 1,
    intentHash: '0'.repeat(64),
    ...fields,
  })
  return { host, order, raised }
}

function sign(text: string, changes?: SigningChanges) {
  const { signed, signer: certificate } = signer.vouch(text, changes)
  return { order: signed, signer: certificate }
}

interface Refused {
  readonly code?: AgentRefusalCode
  readonly says: RegExp
}

function refuses(
  signed: { readonly order: Signed; readonly signer: Signed },
  host: MendContext,
  { code = 'grant-not-valid', says }: Refused,
) {
  assert.throws(
    () => checkMendOrder(signed, host),
    (thrown) => {
      assert.ok(thrown instanceof GrantRefusal, String(thrown))
      assert.match(thrown.message, says)
      assert.equal(thrown.code, code)
      return true
    },
  )
}

function refuse(
  more: Refused & {
    readonly order?: Partial<MendOrder>
    readonly signing?: SigningChanges
    readonly host?: Partial<MendContext>
  },
) {
  const { host, order } = makeHost(more.host)
  refuses(sign(encodeStatement(mendOrderStatement, order(more.order)), more.signing), host, more)
}

describe('an order to mend', () => {
  it('is followed when it is good', () => {
    const { host, order, raised } = makeHost()
    const good = order({ fixes: ['helper', 'start-sshd'] })
    assert.deepEqual(checkMendOrder(sign(encodeStatement(mendOrderStatement, good)), host), good)
    assert.deepEqual(raised, [{ minimumEpoch: 1, highestSignedTime: NOW }])
  })

  describe('is refused', () => {
    const alterations: readonly (readonly [string, (text: string) => string])[] = [
      ['with a fix that there is none of', (text) => text.replace('"helper"', '"rm -rf /"')],
      ['with a fix twice', (text) => text.replace('"helper"', '"helper","helper"')],
      ['without a fix', (text) => text.replace('"helper"', '')],
      ['with fixes that are text', (text) => text.replace('["helper"]', '"helper"')],
      ['with a name of an object', (text) => text.replace('"helper"', '"constructor"')],
      ['with a field that is not known', (text) => text.replace('{', '{"command":"x",')],
      ['with an account that is an option', (text) => text.replace('"alice"', '"--output"')],
      ['with an account that is a variable', (text) => text.replace('"alice"', '"${SECRET}"')],
      ['with a dry run that is text', (text) => text.replace('false', '"no"')],
      ['with bytes after it', (text) => `${text}\n`],
      ['over 16 KiB', (text) => text + ' '.repeat(16_384)],
    ]
    for (const [what, change] of alterations) {
      it(`${what}, though it is signed`, () => {
        const { host, order } = makeHost()
        refuses(sign(change(encodeStatement(mendOrderStatement, order()))), host, {
          says: /malformed|too long/,
        })
      })
    }

    it('when it is a grant or the order of a tunnel (a signature over one kind is none over another)', () => {
      const { host } = makeHost()
      const { grant, signer: certificate } = signer.sign(sampleGrant({ agentKey: AGENT_KEY }))
      refuses({ order: grant, signer: certificate }, host, { says: /malformed/ })
      refuses(signer.signOrder(sampleOrder({ agentKey: AGENT_KEY })), host, { says: /malformed/ })
    })

    it('when it was changed after it was signed (a dry run made real)', () => {
      const { host, order } = makeHost()
      const good = sign(encodeStatement(mendOrderStatement, order({ dryRun: true })))
      const statement = good.order.statement.replace('true', 'false')
      refuses({ ...good, order: { ...good.order, statement } }, host, { says: /is wrong/ })
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
      const signed = sign(encodeStatement(mendOrderStatement, order()))
      checkMendOrder(signed, host)
      refuses(signed, host, { says: /second time/ })
    })

    it('where the administrator lets nobody mend from elsewhere', () =>
      refuse({ host: { remoteMends: false }, code: 'target-not-allowed', says: /remoteMends/ }))
  })

  it('uses up no signature that does not hold (somebody in between cannot spend orders)', () => {
    const { host, order } = makeHost()
    const text = encodeStatement(mendOrderStatement, order())
    refuses(sign(text, { signer: newKey() }), host, { says: /is wrong/ })
    assert.ok(checkMendOrder(sign(text), host))
  })
})
