import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  createFakeManagedSigner,
  tellOf,
  whyNoSigner,
  type FakeManagedSigner,
} from '../testing/managed-signer.ts'
import { createKnownSigners } from './known-signers.ts'

const skip = whyNoSigner() ?? false
if (skip !== false) console.error(skip)

describe('managed signers that an agent knows', { skip }, () => {
  const [first, second] = skip === false ? [make('1'), make('2')] : ([] as never)
  const by = (...signers: readonly FakeManagedSigner[]) => ({
    signatures: signers.map((signer) => signer.sign('text')),
  })

  describe('signatures', () => {
    const known = createKnownSigners()
    known.take(tellOf([second, first]))

    it('hold', () => {
      assert.ok(known.hold('text', by(first).signatures))
      assert.ok(known.hold('text', by(first, second).signatures))
    })

    it('hold no more with another text, or as those of another', () => {
      assert.ok(!known.hold('texT', by(first).signatures))
      const { signature } = first.sign('text')
      assert.ok(!known.hold('text', [{ signer: second.fingerprint, signature }]))
    })

    it('do not hold when one of two does not (the package would refuse every key)', () => {
      assert.ok(!known.hold('text', [first.sign('text'), second.sign('other')]))
    })

    it('do not hold by signers that nobody knows', () => {
      const stranger = make('3')
      assert.ok(!known.hold('text', [stranger.sign('text')]))
      assert.ok(!known.hold('text', []))
      assert.ok(!createKnownSigners().hold('text', [first.sign('text')]))
      assert.ok(known.hold('text', [stranger.sign('text'), first.sign('text')]))
    })
  })

  describe('the one that is shown', () => {
    const known = createKnownSigners()

    it('is none before one was told of', () => {
      assert.equal(known.choose([]), undefined)
      assert.equal(known.root, undefined)
    })

    it('is the newest that signed every live key (one that did not would stop all)', () => {
      known.take(tellOf([second, first]))
      const shown = (...keys: Parameters<typeof known.choose>[0]) => known.choose(keys)?.fingerprint
      assert.equal(shown(), second.fingerprint)
      assert.equal(shown(by(first)), first.fingerprint)
      assert.equal(shown(by(first), by(first, second)), first.fingerprint)
      assert.equal(shown(by(first, second)), second.fingerprint)
      assert.equal(shown(by(first), by(second)), second.fingerprint)
    })

    it('comes with its chain and its staple', () => {
      known.take(tellOf([first]))
      const { fingerprint, chain, staple } = known.choose([]) ?? {}
      assert.deepEqual([fingerprint, chain, staple], [first.fingerprint, first.chain, first.staple])
      assert.equal(known.root, first.root)
    })

    it('stays as it was when what is told next is no certificate', () => {
      assert.throws(() => known.take(tellOf([second], { chains: ['x'] })))
      assert.equal(known.choose([])?.fingerprint, first.fingerprint)
    })
  })
})

function make(name: string): FakeManagedSigner {
  return createFakeManagedSigner(name.repeat(8))
}
