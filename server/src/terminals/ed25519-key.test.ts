import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import ssh2 from 'ssh2'
import { newEd25519Key } from './ed25519-key.ts'

describe('a key of a terminal', () => {
  // ssh2's own generator fails at some in a thousand: a zero in front of either half is lost.
  it('is one that ssh2 reads and signs with, each of 2,000', () => {
    for (let count = 0; count < 2000; count++) {
      const { privateKey, publicKey } = newEd25519Key()
      const [own, shown] = [ssh2.utils.parseKey(privateKey), ssh2.utils.parseKey(publicKey)]
      if (own instanceof Error || shown instanceof Error) assert.fail(publicKey)
      const signature = own.sign('said')
      assert.ok(shown.verify('said', signature), publicKey)
      assert.ok(own.getPublicSSH().equals(shown.getPublicSSH()))
    }
  })

  it('is another one each time', () => {
    assert.notEqual(newEd25519Key().publicKey, newEd25519Key().publicKey)
  })
})
