import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { describe, it } from 'node:test'
import type { Grant } from '@fleetkey/domain/grant'
import type { AgentRefusalCode } from '@fleetkey/wire/agent/agent-messages'
import { publicKeyText, signStatement } from './ed25519.ts'
import { checkGrant, type GrantContext, type SignedGrant } from './grant-checks.ts'
import { GrantRefusal } from './grant-refusal.ts'
import { Nonces } from './nonces.ts'
import { DEFAULT_SETTINGS } from './settings.ts'
import type { Trust } from './state.ts'
import { ALICE, createFakeAccounts, createFakeClock, ROOT } from './testing/agent-parts.ts'
import {
  createFakeSigner,
  DEPLOYMENT,
  INSTANCE_ID,
  newKey,
  sampleGrant,
  type SigningChanges,
} from './testing/control-plane.ts'

const NOW = Date.UTC(2026, 10, 22, 12)
const DAY = 24 * 60 * 60 * 1000
const AGENT_KEY = publicKeyText(newKey())
const signer = createFakeSigner(NOW)

/** A host that would take the grant that `good` makes. */
function makeHost(changes: Partial<GrantContext> = {}) {
  const clock = createFakeClock()
  const nonces = new Nonces(clock)
  const raised: Trust[] = []
  const host: GrantContext = {
    pins: { deployment: DEPLOYMENT, instanceId: INSTANCE_ID, issuerKeys: [signer.issuerKey] },
    agentKey: AGENT_KEY,
    trust: { minimumEpoch: 1, highestSignedTime: 0 },
    raiseTrust: (seen) => void raised.push(seen),
    wallNow: NOW,
    consumeNonce: (nonce, osUser) => nonces.consume(nonce, osUser),
    accounts: createFakeAccounts(),
    settings: DEFAULT_SETTINGS,
    ...changes,
  }
  const grant = (fields: Partial<Grant> = {}): Grant =>
    sampleGrant({
      agentKey: AGENT_KEY,
      issuedAt: NOW,
      nonce: nonces.issue(fields.osUser ?? 'alice'),
      ...fields,
    })
  return { host, grant, nonces, clock, raised }
}

interface Case {
  readonly grant?: Partial<Grant>
  readonly signing?: SigningChanges
  readonly host?: Partial<GrantContext>
  readonly code?: AgentRefusalCode
  readonly says: RegExp
}

async function refuse({ grant, signing, host, code = 'grant-not-valid', says }: Case) {
  const made = makeHost(host)
  await refuseSigned(signer.sign(made.grant(grant), signing), made.host, { code, says })
}

async function refuseSigned(
  signed: SignedGrant,
  host: GrantContext,
  { code = 'grant-not-valid', says }: Pick<Case, 'code' | 'says'>,
) {
  await assert.rejects(checkGrant(signed, host), (thrown) => {
    assert.ok(thrown instanceof GrantRefusal, String(thrown))
    assert.match(thrown.message, says)
    assert.equal(thrown.code, code)
    return true
  })
}

it('takes a good grant, with its key decoded', async () => {
  const { host, grant, raised } = makeHost()
  const good = grant()
  const verified = await checkGrant(signer.sign(good), host)
  assert.deepEqual(verified.grant, good)
  assert.equal(verified.key.blob.toBase64(), good.keyBlob)
  assert.deepEqual(raised, [{ minimumEpoch: 1, highestSignedTime: NOW }])
})

describe('1, 2, 3: size, shape, kind', () => {
  const alter = async (change: (statement: string) => string, says = /malformed/) => {
    const { host, grant } = makeHost()
    const key = newKey()
    const { grant: good } = signer.sign(grant())
    const signed = signer.sign(grant(), { certificate: { publicKey: publicKeyText(key) } })
    await refuseSigned({ ...signed, grant: signStatement(key, change(good.statement)) }, host, {
      says,
    })
  }
  it('refuses more than 16 KiB', () => alter((text) => text + ' '.repeat(16_384), /too long/))
  it('refuses a field that it does not know', () =>
    alter((text) => text.replace('{', '{"sudo":true,')))
  it('refuses a field that stands twice (parsers differ in which one counts)', () =>
    alter((text) => text.replace('"uid":1000', '"uid":1000,"uid":0')))
  it('refuses trailing bytes', () => alter((text) => `${text}\n`))
  it('refuses a missing field', () => alter((text) => text.replace(',"uid":1000', '')))
  it('refuses another order of the fields', () =>
    alter((text) => text.replace(/"osUser":"alice","uid":1000/, '"uid":1000,"osUser":"alice"')))
  it('refuses a uid that is text', () => alter((text) => text.replace('1000', '"1000"')))
  it('refuses a negative uid', () => alter((text) => text.replace('1000', '-1')))
  it('refuses __proto__ among the fields', () =>
    alter((text) => text.replace('{', '{"__proto__":{"uid":0},')))
  it('refuses an acknowledgement as a grant', () =>
    alter((text) => text.replace('fleetkey-grant-v1', 'fleetkey-ack-v1')))
  it('refuses a grant of a later version', () =>
    alter((text) => text.replace('fleetkey-grant-v1', 'fleetkey-grant-v2')))
  it('refuses a grant without a kind', () =>
    alter((text) => text.replace('fleetkey-grant-v1\n', '')))
  it('refuses a half of a character pair (two texts would have one signature)', () =>
    alter((text) => text.replace('alice', '\ud800')))
})

describe('4: signature', () => {
  it('refuses a grant signed by another key', () =>
    refuse({ signing: { signer: newKey() }, says: /signature/ }))

  it('refuses a grant that was changed after it was signed', async () => {
    const { host, grant } = makeHost()
    const { grant: good, signer: certificate } = signer.sign(grant())
    const statement = good.statement.replace('"ttl":60', '"ttl":59')
    const signed = { grant: { ...good, statement }, signer: certificate }
    await refuseSigned(signed, host, { says: /signature/ })
  })

  it('refuses a signature of nothing but zeros', async () => {
    const { host, grant } = makeHost()
    const signed = signer.sign(grant())
    const signature = Buffer.alloc(64).toString('base64')
    await refuseSigned({ ...signed, grant: { ...signed.grant, signature } }, host, {
      says: /signature/,
    })
  })

  it('refuses a certificate in the place of the grant', async () => {
    const { host, grant } = makeHost()
    const { signer: certificate } = signer.sign(grant())
    await refuseSigned({ grant: certificate, signer: certificate }, host, { says: /malformed/ })
  })

  it('uses up no nonce for what is not signed', async () => {
    const { host, grant, nonces } = makeHost()
    const unsigned = grant()
    await refuseSigned(signer.sign(unsigned, { signer: newKey() }), host, { says: /signature/ })
    assert.ok(nonces.consume(unsigned.nonce, 'alice'))
  })
})

describe('5: signer certificate', () => {
  it('refuses one by an issuer that was not pinned', () =>
    refuse({ signing: { issuer: newKey() }, says: /who certified/ }))
  it('refuses one when nothing is pinned', () =>
    refuse({
      host: { pins: { deployment: DEPLOYMENT, instanceId: INSTANCE_ID, issuerKeys: [] } },
      says: /who certified/,
    }))

  it('refuses one that a signer made for another key (a chain)', async () => {
    const { host, grant } = makeHost()
    const stolen = newKey()
    const ours = { publicKey: publicKeyText(stolen) }
    await refuseSigned(
      signer.sign(grant(), { issuer: stolen, signer: stolen, certificate: ours }),
      host,
      { says: /who certified/ },
    )
  })

  it('refuses a malformed one', async () => {
    const { host, grant } = makeHost()
    const signed = signer.sign(grant())
    const statement = signed.signer.statement.replace('signer-v1', 'signer-v2')
    await refuseSigned({ ...signed, signer: { ...signed.signer, statement } }, host, {
      says: /malformed/,
    })
  })

  it('refuses one for another use', () =>
    refuse({ signing: { certificate: { usage: 'audit' } }, says: /not for signing grants/ }))
  it('refuses one of another deployment', () =>
    refuse({ signing: { certificate: { deployment: 'theirs' } }, says: /another deployment/ }))

  it('refuses one that has ended', () =>
    refuse({ host: { wallNow: NOW + DAY }, says: /has ended.*this host says 2026-11-23T12:00/ }))
  it('refuses one that has ended by a later signature (the clock was set back)', () =>
    refuse({
      host: { trust: { minimumEpoch: 1, highestSignedTime: NOW + DAY } },
      says: /has ended/,
    }))
  it('refuses one that lives for longer than a day', () =>
    refuse({ signing: { certificate: { notAfter: NOW + DAY + 1 } }, says: /longer than a day/ }))
  it('takes one a moment before its end', async () => {
    const { host, grant } = makeHost({ wallNow: NOW + DAY - 1 })
    await checkGrant(signer.sign(grant()), host)
  })

  it('refuses one of an epoch that was ended', () =>
    refuse({ host: { trust: { minimumEpoch: 2, highestSignedTime: 0 } }, says: /epoch/ }))
  it('raises the minimum with a higher epoch', async () => {
    const { host, grant, raised } = makeHost()
    await checkGrant(signer.sign(grant(), { certificate: { epoch: 7 } }), host)
    assert.equal(raised[0]?.minimumEpoch, 7)
  })
  it('learns nothing from a certificate that is not believed', async () => {
    const { host, grant, raised } = makeHost()
    const signed = signer.sign(grant(), { issuer: newKey(), certificate: { epoch: 7 } })
    await refuseSigned(signed, host, { says: /who certified/ })
    assert.deepEqual(raised, [])
  })
  it('refuses when what it learned cannot be kept', async () => {
    const failing = () => {
      throw new Error('ENOSPC')
    }
    const { host, grant } = makeHost({ raiseTrust: failing })
    await assert.rejects(checkGrant(signer.sign(grant()), host), /ENOSPC/)
  })
  it('does not let a stolen signer move the time beyond its own end', async () => {
    const { host, grant, raised } = makeHost()
    await checkGrant(signer.sign(grant({ issuedAt: NOW + 1000 * DAY })), host)
    assert.equal(raised[0]?.highestSignedTime, NOW + DAY)
  })
})

describe('6, 7, 8: for this host', () => {
  for (const deployment of ['theirs', '', DEPLOYMENT.toUpperCase()]) {
    it(`refuses a grant of deployment "${deployment}"`, () =>
      refuse({ grant: { deployment }, says: /another deployment/ }))
  }
  for (const instanceId of ['i-ffffffffffffffff0', '', INSTANCE_ID.toUpperCase()]) {
    it(`refuses a grant for instance "${instanceId}"`, () =>
      refuse({ grant: { instanceId }, says: /another instance/ }))
  }
  for (const [what, agentKey] of [
    ['of another agent', publicKeyText(newKey())],
    ['of zeros', Buffer.alloc(32).toString('base64')],
    ['in another spelling', respell(AGENT_KEY)],
  ] as const) {
    it(`refuses a grant for an agent key ${what}`, () =>
      refuse({ grant: { agentKey }, says: /agent key/ }))
  }
})

describe('9: nonce', () => {
  it('refuses one that was never given', () =>
    refuse({ grant: { nonce: 'f'.repeat(32) }, says: /late or a second time/ }))

  it('refuses one that is used up', async () => {
    const { host, grant } = makeHost()
    const signed = signer.sign(grant())
    await checkGrant(signed, host)
    await refuseSigned(signed, host, { says: /second time/ })
  })

  it('refuses one that was given for another account', async () => {
    const { host, grant, nonces } = makeHost()
    const signed = signer.sign(grant({ nonce: nonces.issue('root') }))
    await refuseSigned(signed, host, { says: /late/ })
  })

  it('refuses one after ten seconds of the boot clock', async () => {
    const { host, grant, clock } = makeHost()
    const signed = signer.sign(grant())
    clock.advance(1001)
    await refuseSigned(signed, host, { says: /late/ })
  })

  it('uses it up although a later check fails', async () => {
    const { host, grant, nonces } = makeHost()
    const bad = grant({ ttl: 61 })
    await refuseSigned(signer.sign(bad), host, { says: /60 seconds/ })
    assert.ok(!nonces.consume(bad.nonce, 'alice'))
  })
})

describe('10: ttl', () => {
  for (const ttl of [0, 61, 86_400, Number.MAX_SAFE_INTEGER]) {
    it(`refuses ${ttl} seconds`, () => refuse({ grant: { ttl }, says: /1 to 60 seconds/ }))
  }
})

describe('11: account', () => {
  const unknown = { code: 'user-unknown' } as const
  const forbidden = { code: 'user-not-allowed' } as const

  for (const osUser of ['../root', '-oProxyCommand=x', '1000', 'a\nb', '*', 'a'.repeat(33), '']) {
    it(`refuses the name ${JSON.stringify(osUser)}`, () =>
      refuse({ ...unknown, grant: { osUser }, says: /not a possible account name/ }))
  }
  it('refuses a name that is no account', () =>
    refuse({ ...unknown, grant: { osUser: 'bob' }, says: /no account "bob"/ }))
  it('refuses a name that the host gives back in another spelling', () =>
    refuse({
      ...unknown,
      grant: { osUser: 'Alice' },
      host: { accounts: { find: async () => ALICE, namesWithUid: async () => ['alice'] } },
      says: /another name/,
    }))
  it('refuses when the name service does not answer', () =>
    refuse({
      ...unknown,
      host: {
        accounts: { ...createFakeAccounts(), find: () => Promise.reject(new Error('LDAP')) },
      },
      says: /could not look up/,
    }))

  for (const uid of [0, 1001, 4_294_967_295]) {
    it(`refuses uid ${uid} for the account with uid 1000`, () =>
      refuse({ grant: { uid }, says: /another uid/ }))
  }

  it('refuses an account whose uid another has too (sshd would give it that one’s groups)', () =>
    refuse({
      ...forbidden,
      host: { accounts: createFakeAccounts([ALICE, { ...ALICE, name: 'alias' }]) },
      says: /shares its uid/,
    }))
  it('refuses a twin of root', () =>
    refuse({
      ...forbidden,
      grant: { osUser: 'toor', uid: 0 },
      host: {
        accounts: createFakeAccounts([ROOT, { ...ROOT, name: 'toor' }]),
        settings: { ...DEFAULT_SETTINGS, allowRoot: true },
      },
      says: /shares its uid/,
    }))
  it('refuses when the uid leads to another name', () =>
    refuse({
      ...forbidden,
      host: { accounts: { ...createFakeAccounts(), namesWithUid: async () => ['other'] } },
      says: /shares its uid/,
    }))

  for (const shell of ['/usr/sbin/nologin', '/sbin/nologin', '/bin/false', '/usr/bin/false']) {
    it(`refuses an account with the shell ${shell}`, () =>
      refuse({
        ...forbidden,
        host: { accounts: createFakeAccounts([{ ...ALICE, shell }]) },
        says: /shell/,
      }))
  }
})

describe('12, 13: this host’s own settings', () => {
  const forbidden = { code: 'user-not-allowed' } as const
  const settings = (changes: object) => ({ settings: { ...DEFAULT_SETTINGS, ...changes } })

  it('refuses root', () =>
    refuse({ ...forbidden, grant: { osUser: 'root', uid: 0 }, says: /allowRoot/ }))
  it('refuses uid 0 by any name', () =>
    refuse({
      ...forbidden,
      grant: { osUser: 'admin', uid: 0 },
      host: { accounts: createFakeAccounts([{ ...ROOT, name: 'admin' }]) },
      says: /allowRoot/,
    }))
  it('refuses root although it is in allowUsers', () =>
    refuse({
      ...forbidden,
      grant: { osUser: 'root', uid: 0 },
      host: settings({ allowUsers: ['root'] }),
      says: /allowRoot/,
    }))
  it('takes root where the host says so', async () => {
    const { host, grant } = makeHost(settings({ allowRoot: true }))
    await checkGrant(signer.sign(grant({ osUser: 'root', uid: 0 })), host)
  })
  it('refuses who is not in allowUsers', () =>
    refuse({ ...forbidden, host: settings({ allowUsers: ['bob'] }), says: /allowUsers/ }))
  it('refuses everybody when allowUsers is empty', () =>
    refuse({ ...forbidden, host: settings({ allowUsers: [] }), says: /allowUsers/ }))
  it('refuses who is in denyUsers, also when allowed', () =>
    refuse({
      ...forbidden,
      host: settings({ allowUsers: ['alice'], denyUsers: ['alice'] }),
      says: /denyUsers/,
    }))
  it('takes who is in allowUsers', async () => {
    const { host, grant } = makeHost(settings({ allowUsers: ['alice'], denyUsers: ['bob'] }))
    await checkGrant(signer.sign(grant()), host)
  })
})

describe('14: key', () => {
  const key = { code: 'key-not-allowed' } as const
  it('refuses a key whose type is not what it says', () =>
    refuse({ ...key, grant: { keyType: 'ssh-rsa' }, says: /type/ }))
  it('refuses a second line after the key', () =>
    refuse({ ...key, grant: { keyBlob: 'AAAA\nssh-rsa AAAA' }, says: /base64/ }))
  it('refuses an option before the key', () =>
    refuse({ ...key, grant: { keyType: 'command="sh" ssh-ed25519' }, says: /./ }))
  it('refuses RSA with 1024 bits, which sshd would take', () =>
    refuse({ ...key, grant: { keyType: 'ssh-rsa', keyBlob: rsaBlob(1024) }, says: /2048/ }))
  it('refuses a certificate', () =>
    refuse({ ...key, grant: { keyType: 'ssh-ed25519-cert-v01@openssh.com' }, says: /./ }))
})

describe('15: option profile', () => {
  for (const optionProfile of ['root', '', 'login,command="sh"']) {
    it(`refuses ${JSON.stringify(optionProfile)}`, () =>
      refuse({ grant: { optionProfile: optionProfile as 'login' }, says: /malformed/ }))
  }
})

/** The same 32 bytes with other stray bits at the end of the base64. */
function respell(base64: string): string {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  const last = digits.indexOf(base64.charAt(42))
  return `${base64.slice(0, 42)}${digits.charAt(last ^ 1)}=`
}

function rsaBlob(bits: number): string {
  const { n = '', e = '' } = generateKeyPairSync('rsa', { modulusLength: bits }).publicKey.export({
    format: 'jwk',
  })
  const field = (bytes: Buffer) => {
    const prefix = Buffer.alloc(4)
    prefix.writeUInt32BE(bytes.length)
    return Buffer.concat([prefix, bytes])
  }
  return Buffer.concat([
    field(Buffer.from('ssh-rsa')),
    field(Buffer.from(e, 'base64url')),
    field(Buffer.concat([Buffer.alloc(1), Buffer.from(n, 'base64url')])),
  ]).toString('base64')
}
