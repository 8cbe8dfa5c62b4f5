import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseSshPublicKey } from '../ssh/public-key.ts'
import {
  formatManagedKey,
  isManagedKeyType,
  managedKeyText,
  type ManagedKey,
} from './managed-key.ts'

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIK3hQ5e7lnG7rwdteCqs4a6qOTccc/IJwuA5hTW0JMSc'
const ENTRY: ManagedKey = {
  expires: 1_700_000_060,
  instanceId: 'i-0123456789abcdef0',
  principalArn: 'arn:aws:sts::123456789012:assumed-role/sre/carol@example.com',
  requestId: 'f3a1c2b4-0000-4000-8000-000000000000',
  key: parseSshPublicKey(`${KEY} carol@desk`),
}

describe('a managed key', () => {
  it('is signed as the host package reads it: comment lines, then the key, without a comment', () => {
    assert.equal(
      managedKeyText(ENTRY),
      `#Timestamp=1700000060
#Instance=i-0123456789abcdef0
#Caller=arn:aws:sts::123456789012:assumed-role/sre/carol@example.com
#Request=f3a1c2b4-0000-4000-8000-000000000000
${KEY}
`,
    )
  })

  it('ends with a blank line (the package would take what follows for its signature)', () => {
    assert.equal(formatManagedKey('#Timestamp=1\nssh-x\n', 'c2ln'), '#Timestamp=1\nssh-x\nc2ln\n\n')
  })

  it('is refused with a line of another’s making in a field (a second signed key)', () => {
    for (const value of ['', ' ', ' a', 'a ', '\ta', 'a\nssh-ed25519 AAAA', 'a\r', 'a\0', 'ä'])
      for (const field of ['instanceId', 'principalArn', 'requestId'])
        assert.throws(() => managedKeyText({ ...ENTRY, [field]: value }), RangeError, value)
  })

  it('keeps blanks inside a field', () => {
    assert.match(managedKeyText({ ...ENTRY, requestId: 'a  b' }), /^#Request=a {2}b$/m)
  })

  it('is refused without a whole second to end at', () => {
    for (const expires of [0, -1, 1.5, Number.NaN, Infinity])
      assert.throws(() => managedKeyText({ ...ENTRY, expires }), RangeError)
  })

  it('is of a type that the package takes', () => {
    const types = [
      'ssh-ed25519',
      'ssh-rsa',
      'ecdsa-sha2-nistp256',
      'sk-ssh-ed25519@openssh.com',
    ] as const
    assert.deepEqual(
      types.map((type) => isManagedKeyType({ type })),
      [true, true, false, false],
    )
    const key = { ...ENTRY.key, type: 'ecdsa-sha2-nistp256' } as const
    assert.throws(() => managedKeyText({ ...ENTRY, key }), RangeError)
  })
})
