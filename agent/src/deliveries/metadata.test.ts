import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { describe, it, type TestContext } from 'node:test'
import { managedKeyText } from '@fleetkey/wire/aws/managed-key'
import { parseSshKeyBlob, sshFingerprint } from '@fleetkey/wire/ssh/public-key'
import { DeliveryFailed, type LiveKey } from '../delivery.ts'
import { findItem, type Items } from '../metadata/items.ts'
import { pathsBelow } from '../paths.ts'
import { BOOT_ID, createFakeClock, scratchDirectory } from '../testing/agent-parts.ts'
import { INSTANCE_ID, newKeyBlob } from '../testing/control-plane.ts'
import {
  createFakeManagedSigner,
  tellOf,
  whyNoSigner,
  type FakeManagedSigner,
} from '../testing/managed-signer.ts'
import { findSignerProblems } from './metadata-problems.ts'
import { createMetadataDelivery } from './metadata.ts'

const skip = whyNoSigner() ?? false
const KEYS = '/latest/meta-data/managed-ssh-keys/active-keys'
const EXPIRY = 1_700_000_059

describe('the delivery metadata', { skip }, () => {
  const [first, second] = skip === false ? [make('1'), make('2')] : ([] as never)

  async function open(test: TestContext, options: { readonly told?: boolean } = {}) {
    const clock = createFakeClock()
    const paths = pathsBelow(scratchDirectory(test))
    let shown: (() => Items) | undefined
    const delivery = createMetadataDelivery({
      paths,
      instanceId: INSTANCE_ID,
      clock,
      async openService(items) {
        shown = items
        return { port: 0, close: async () => {} }
      },
    })
    await delivery.clear()
    if (options.told !== false) delivery.takeSigners?.(tellOf([first]))
    const find = (path: string) => shown && findItem(shown(), path)
    return { delivery, clock, paths, find }
  }

  /** A key that is good for a minute, signed by these. */
  function key(
    signers: readonly FakeManagedSigner[],
    changes: Partial<LiveKey> & { readonly expires?: number } = {},
  ): LiveKey & { readonly managed: NonNullable<LiveKey['managed']> } {
    const { expires = EXPIRY, ...fields } = changes
    const sshKey = fields.key ?? parseSshKeyBlob('ssh-ed25519', newKeyBlob())
    const ofWhom = { principalArn: 'arn:aws:iam::123456789012:user/alice', requestId: randomUUID() }
    const text = managedKeyText({ expires, instanceId: INSTANCE_ID, key: sshKey, ...ofWhom })
    return {
      grantId: randomUUID(),
      osUser: 'alice',
      uid: 1000,
      key: sshKey,
      fingerprint: sshFingerprint(sshKey, (bytes) => createHash('sha256').update(bytes).digest()),
      optionProfile: 'login-with-forwarding',
      bootId: BOOT_ID,
      deadline: 106_000,
      expiryTime: EXPIRY,
      managed: { text, expires, signatures: signers.map((signer) => signer.sign(text)) },
      ...fields,
    }
  }

  const refuses = (made: Awaited<ReturnType<typeof open>>, pushed: LiveKey, why: RegExp) =>
    assert.rejects(made.delivery.install(pushed), (thrown) => {
      assert.ok(thrown instanceof DeliveryFailed, String(thrown))
      assert.match(thrown.message, why)
      return true
    })

  it('shows an entry with its signature until the deadline by the boot clock', async (test) => {
    const { delivery, clock, find } = await open(test)
    const pushed = key([first])
    assert.equal(find(`${KEYS}/alice/`), undefined)
    await delivery.install(pushed)
    const [{ signature } = { signature: '' }] = pushed.managed.signatures
    const entry = `${pushed.managed.text}${signature}\n\n`
    assert.equal(find(`${KEYS}/alice/`), entry)
    assert.equal(find(`${KEYS}/bob/`), undefined)
    const more = key([first])
    await delivery.install(more)
    assert.match(find(`${KEYS}/alice/`) ?? '', /^(#Timestamp(.+\n)+\n){2}$/)
    await delivery.remove(more)
    assert.equal(find(`${KEYS}/alice/`), entry)
    clock.advance(5_999)
    assert.equal(find(`${KEYS}/alice/`), entry)
    clock.advance(1)
    assert.equal(find(`${KEYS}/alice/`), undefined)
  })

  it('shows nothing of what an earlier agent had, and nothing of another boot', async (test) => {
    const { delivery, find } = await open(test)
    await delivery.install(key([first], { bootId: 'another' }))
    assert.equal(find(`${KEYS}/alice/`), undefined)
    await delivery.install(key([first]))
    await delivery.clear()
    assert.equal(find(`${KEYS}/alice/`), undefined)
  })

  it('shows one signer, of whom all that is live is signed, also while the next takes over', async (test) => {
    const { delivery, clock, find } = await open(test)
    const signer = () => find('/latest/meta-data/managed-ssh-keys/signer-ocsp/')
    await delivery.install(key([first], { deadline: 103_000 }))
    delivery.takeSigners?.(tellOf([second, first]))
    await delivery.install(key([second, first], { osUser: 'bob' }))
    assert.equal(signer(), first.fingerprint)
    assert.ok(find(`${KEYS}/alice/`) && find(`${KEYS}/bob/`))
    clock.advance(3_000)
    assert.equal(signer(), second.fingerprint)
    assert.equal(find(`${KEYS}/alice/`), undefined)
    assert.ok(find(`${KEYS}/bob/`)?.endsWith(`\n\n`))
  })

  it('refuses what the host package would not take, and says what to do', async (test) => {
    const made = await open(test)
    const good = key([first])
    const { managed, ...unsigned } = good
    await refuses(made, unsigned, /signed no key for the host package/)
    const forged = { ...managed, text: managed.text.replace('alice', 'mallory') }
    await refuses(made, { ...good, managed: forged }, /would not believe the signature/)
    await refuses(made, key([second]), /would not believe the signature/)
    await refuses(made, { ...good, optionProfile: 'login' }, /cannot limit what a login may do/)
    const ecdsa = { ...good.key, type: 'ecdsa-sha2-nistp256' as const }
    await refuses(made, { ...good, key: ecdsa }, /ssh-ed25519 and ssh-rsa keys only/)
    assert.equal(made.find(`${KEYS}/alice/`), undefined)
  })

  it('refuses an end that is not that of the grant (a clock that was set meanwhile)', async (test) => {
    const made = await open(test)
    await refuses(made, key([first], { expires: EXPIRY + 1 }), /clock was set/)
    await refuses(made, key([first], { expires: EXPIRY - 12 }), /clock was set/)
    await made.delivery.install(key([first], { expires: EXPIRY - 11 }))
    await made.delivery.install(key([first], { expires: EXPIRY }))
  })

  it('refuses before the server told who signs', async (test) => {
    await refuses(await open(test, { told: false }), key([first]), /has not told yet who signs/)
  })

  it('keeps the root for "fleetkey agent install"', async (test) => {
    const { delivery, paths } = await open(test)
    const file = `${paths.state}/managed-signer-root.pem`
    assert.equal(readFileSync(file, 'utf8'), first.root)
    assert.equal(statSync(file).mode & 0o777, 0o600)
    delivery.takeSigners?.(tellOf([second]))
    assert.equal(readFileSync(file, 'utf8'), second.root)
  })
})

describe('what stops a login by the host package', { skip }, () => {
  const signer = skip === false ? make('3') : (undefined as never)
  const bundle = { kind: 'bundle', path: '/etc/ssl/certs/ca-bundle.crt' } as const
  const problems = (changes: object = {}, { now = Date.now(), trust = bundle as object } = {}) =>
    findSignerProblems(
      { command: '/x', trust: trust as typeof bundle },
      { told: tellOf([signer], changes), root: signer.root },
      now,
    ).join('\n')

  it('is nothing on a good host', () => assert.equal(problems(), ''))

  it('is a server that has not told who signs', () => {
    const nothing = { told: undefined, root: undefined }
    const [problem] = findSignerProblems({ command: '/x', trust: bundle }, nothing, 0)
    assert.match(problem ?? '', /not told yet who signs/)
  })

  it('is a region that the package has no name for', () => {
    for (const availabilityZone of ['eu-west-12a', 'on-prem-1-site-1a', 'us-west-2-lax-1a', 'x1a'])
      assert.match(problems({ availabilityZone }), /knows no region like on-prem-1/)
    for (const availabilityZone of ['on-prem-1a', 'us-gov-west-1b'])
      assert.equal(problems({ availabilityZone }), '')
  })

  it('is a clock that is days off', () => {
    const day = 24 * 60 * 60 * 1000
    for (const off of [-3 * day, 3 * day])
      assert.match(problems({}, { now: Date.now() + off }), /does not hold: set the clock/)
  })

  it('is a root that the host does not trust, or another of its name', (test) => {
    const path = scratchDirectory(test)
    const trust = { kind: 'directory', path }
    assert.match(
      problems({}, { trust }),
      /run "fleetkey agent install", which writes .*33333333\.pem/,
    )
  })
})

function make(name: string): FakeManagedSigner {
  return createFakeManagedSigner(name.repeat(8))
}
