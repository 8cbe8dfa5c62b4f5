import assert from 'node:assert/strict'
import { generateKeyPairSync, sign, verify } from 'node:crypto'
import { describe, it } from 'node:test'
import type { Grant } from '@fleetkey/domain/grant'
import { grantStatement } from './grant-statement.ts'
import {
  acknowledgementStatement,
  enrolmentProofStatement,
  linkProofStatement,
} from './link-statements.ts'
import { managedSignersStatement } from './managed-signers-statement.ts'
import { signerStatement } from './signer-statement.ts'
import { decodeStatement, encodeStatement } from './statement.ts'

const BYTES_32 = `${'A'.repeat(43)}=`
const GRANT: Grant = {
  deployment: '2f1d',
  grantId: 'ab'.repeat(16),
  instanceId: 'i-0123456789abcdef0',
  agentKey: BYTES_32,
  nonce: 'cd'.repeat(16),
  osUser: 'ec2-user',
  uid: 1000,
  keyType: 'ssh-ed25519',
  keyBlob: 'AAAA',
  optionProfile: 'login-with-forwarding',
  ttl: 60,
  issuedAt: 1_700_000_000_000,
  principalArn: 'arn:aws:iam::123456789012:user/alice',
  requestId: 'r',
  intentSeq: 7,
  intentHash: 'ef'.repeat(32),
}
const TEXT = encodeStatement(grantStatement, GRANT)
const decode = (text: string) => decodeStatement(grantStatement, text)

/** The text with one field spelled otherwise. */
const spelled = (name: keyof Grant, text: string) => {
  const usual = `"${name}":${JSON.stringify(GRANT[name])}`
  assert.ok(TEXT.includes(usual))
  return TEXT.replace(usual, text)
}

describe('a grant statement', () => {
  it('decodes to what was encoded', () => {
    assert.deepEqual(decode(TEXT), GRANT)
    assert.ok(TEXT.startsWith('fleetkey-grant-v1\n{"deployment":"2f1d","grantId":'))
  })

  it('has one spelling, whatever the order of the fields that it is made of', () => {
    const shuffled = Object.fromEntries(Object.entries(GRANT).toReversed()) as unknown as Grant
    assert.equal(encodeStatement(grantStatement, shuffled), TEXT)
  })

  it('with any byte changed does not decode or does not verify', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const bytes = Buffer.from(TEXT)
    const signature = sign(null, bytes, privateKey)
    assert.ok(verify(null, bytes, publicKey, signature))
    let decoded = 0
    for (let at = 0; at < bytes.length; at++) {
      for (const flip of [1, 2, 0x20, 0x80]) {
        const changed = Buffer.from(bytes)
        changed[at] = (changed[at] ?? 0) ^ flip
        if (decode(changed.toString('utf8')) === undefined) continue
        decoded++
        assert.equal(verify(null, changed, publicKey, signature), false, `byte ${at}`)
      }
    }
    assert.ok(decoded > 0, 'some do decode, and the signature alone stops them')
  })

  it('with a byte taken out or put in does not decode to the same grant', () => {
    for (let at = 0; at < TEXT.length; at++) {
      assert.notDeepEqual(decode(TEXT.slice(0, at) + TEXT.slice(at + 1)), GRANT)
      assert.notDeepEqual(decode(`${TEXT.slice(0, at)} ${TEXT.slice(at)}`), GRANT)
    }
  })

  it('is refused with another spelling of the same value (two texts for one meaning)', () => {
    for (const text of [
      spelled('ttl', '"ttl":60.0'),
      spelled('ttl', '"ttl":6e1'),
      spelled('uid', '"uid":1000 '),
      spelled('osUser', '"osUser":"ec2\\u002duser"'),
      spelled('osUser', '"\\u006fsUser":"ec2-user"'),
      spelled('principalArn', '"principalArn":"arn:aws:iam::123456789012:user\\/alice"'),
    ]) {
      assert.equal(decode(text), undefined, text)
    }
  })

  it('is refused with an unknown, repeated, missing or moved field', () => {
    for (const text of [
      spelled('ttl', '"ttl":60,"more":1'),
      spelled('ttl', '"ttl":60,"__proto__":{}'),
      spelled('ttl', '"ttl":60,"ttl":60'),
      spelled('uid', '"uid":0,"uid":1000'),
      spelled('uid', '"x":1'),
      TEXT.replace('"ttl":60,', ''),
      TEXT.replace('"uid":1000,', '').replace('"ttl":60', '"ttl":60,"uid":1000'),
    ]) {
      assert.equal(decode(text), undefined, text)
    }
  })

  it('is refused with anything around it', () => {
    for (const text of [
      `${TEXT}\n`,
      `${TEXT} `,
      `${TEXT}{}`,
      ` ${TEXT}`,
      `\ufeff${TEXT}`,
      `${TEXT}\0`,
    ]) {
      assert.equal(decode(text), undefined)
    }
    assert.equal(decode(TEXT.replace('\n', '\n ')), undefined)
    assert.equal(decode(TEXT.replace('\n', '\r\n')), undefined)
    assert.equal(decode(TEXT.replace('\n', '')), undefined)
  })

  it('is refused with a value of another kind', () => {
    for (const changes of [
      { uid: -1 },
      { uid: 1.5 },
      { uid: 2 ** 53 },
      { ttl: '60' },
      { ttl: null },
      { osUser: 0 },
      { nonce: 'xyz' },
      { nonce: 'AB'.repeat(16) },
      { grantId: 'ab' },
      { agentKey: 'AAAA' },
      { optionProfile: 'everything' },
      { keyBlob: 'A'.repeat(8193) },
      { principalArn: 'x'.repeat(4097) },
    ]) {
      const text = `fleetkey-grant-v1\n${JSON.stringify({ ...GRANT, ...changes })}`
      assert.equal(decode(text), undefined, JSON.stringify(changes))
    }
    for (const json of ['', 'null', '[]', '"x"', '{', '{}', '1']) {
      assert.equal(decode(`fleetkey-grant-v1\n${json}`), undefined)
    }
  })

  it('is refused when it is too long, before it is read', () => {
    assert.equal(decode(`fleetkey-grant-v1\n${' '.repeat(16_384)}`), undefined)
  })
})

describe('a statement of one kind', () => {
  const proof = { tokenHash: BYTES_32, agentKey: BYTES_32 }
  const link = { deployment: 'd', instanceId: 'i', challenge: BYTES_32, bootId: 'b' }
  const acknowledgement = {
    instanceId: 'i',
    grantId: 'g',
    grantHash: BYTES_32,
    deadline: 1,
    bootId: 'b',
  }
  const signer = {
    deployment: 'd',
    usage: 'grant',
    publicKey: BYTES_32,
    epoch: 1,
    notBefore: 0,
    notAfter: 1,
  }

  const managed = {
    deployment: 'd',
    region: 'on-prem-1',
    availabilityZone: 'on-prem-1a',
    availabilityZoneId: 'onp1-az1',
    partition: 'aws',
    domain: 'amazonaws.com',
    chains: ['x'],
    staples: ['x'],
    issuedAt: 0,
  }

  it('of managed signers is of one or two', () => {
    const read = (changes: object) =>
      decodeStatement(
        managedSignersStatement,
        encodeStatement(managedSignersStatement, { ...managed, ...changes }),
      )
    assert.deepEqual(read({}), managed)
    assert.ok(read({ chains: ['x', 'y'], staples: ['x', 'y'] }))
    for (const list of [[], ['x', 'y', 'z'], 'x', [1], ['x'.repeat(4097)]]) {
      assert.equal(read({ chains: list }), undefined)
      assert.equal(read({ staples: list }), undefined)
    }
  })

  it('is never taken for another (a signed challenge must not pass for an acknowledgement)', () => {
    const kinds = [
      [grantStatement, GRANT],
      [enrolmentProofStatement, proof],
      [linkProofStatement, link],
      [acknowledgementStatement, acknowledgement],
      [signerStatement, signer],
      [managedSignersStatement, managed],
    ] as const
    for (const [kind, fields] of kinds) {
      const text = encodeStatement<object>(kind, fields)
      for (const [other] of kinds) {
        const found = decodeStatement<object>(other, text)
        assert.deepEqual(
          found,
          kind === other ? fields : undefined,
          `${kind.domain} ${other.domain}`,
        )
        const renamed = text.replace(kind.domain, other.domain)
        if (kind !== other) assert.equal(decodeStatement<object>(other, renamed), undefined)
      }
    }
    assert.equal(new Set(kinds.map(([kind]) => kind.domain)).size, kinds.length)
  })
})
