import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { constants, createPrivateKey, sign, verify, X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { KeyedCertificate } from './certificate-authority.ts'
import { createManagedSigner, type SealedTexts } from './managed-signer.ts'
import { createSignerRoot, issueSignerLeaf } from './managed-signer-certificates.ts'
import { makeStaple } from './ocsp-staple.ts'

const HOUR = 60 * 60 * 1000
const DAY = 24 * HOUR
const WEEK = 7 * DAY
const REGION = 'on-prem-1'
const DEPLOYMENT = '1a2b3c4d-0000-4000-8000-000000000000'

const skip =
  spawnSync('openssl', ['version']).status === 0 ? false : 'SKIPPED: needs the program openssl'
if (skip !== false) console.error(skip)

const dir = mkdtempSync(join(tmpdir(), 'fleetkey-signer-'))
after(() => rmSync(dir, { recursive: true }))

/** Runs openssl(1) on files of these contents; `@name` in an argument is the path of one. */
function openssl(args: readonly string[], files: Readonly<Record<string, string | Uint8Array>>) {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(dir, name), content)
  const argv = args.map((arg) => arg.replace(/^@/, `${dir}/`))
  const { status, stdout, stderr } = spawnSync('openssl', argv, { encoding: 'utf8' })
  return { status, stdout, stderr }
}

/** What nodes share: the database. */
function sharedTexts(): SealedTexts & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>()
  return {
    kept,
    async keep(name, make) {
      const text = kept.get(name) ?? (await make())
      // Somebody else may have been first.
      if (!kept.has(name)) kept.set(name, text)
      return kept.get(name) ?? text
    },
    async drop(name) {
      kept.delete(name)
    },
  }
}

function node(texts: SealedTexts, clock: { now: number }) {
  return createManagedSigner({
    texts,
    deployment: DEPLOYMENT,
    region: REGION,
    now: () => clock.now,
  })
}

const certificatesOf = (chain: string): string[] => chain.match(/-----BEGIN[^]+?END.*\n/g) ?? []
const fingerprintOf = (pem: string) => new X509Certificate(pem).fingerprint.replaceAll(':', '')

describe('the managed signer, as openssl sees it', { skip }, () => {
  const now = Date.now()
  let leaf: string
  let root: string
  let staple: Uint8Array
  let signature: Uint8Array
  const text = '#Timestamp=1\n#Instance=i-1\nssh-ed25519 AAAA\n'
  before(async () => {
    const signer = node(sharedTexts(), { now })
    const { chains, staples } = await signer.credentials()
    ;[leaf = '', root = ''] = certificatesOf(chains[0] ?? '')
    staple = Buffer.from(staples[0] ?? '', 'base64')
    const [first] = await signer.sign(text)
    signature = Buffer.from(first?.signature ?? '', 'base64')
    assert.equal(first?.signer, fingerprintOf(leaf))
  })

  it('has a chain that holds, strictly', () => {
    const { stdout, stderr } = openssl(
      ['verify', '-x509_strict', '-CAfile', '@root.pem', '@leaf.pem'],
      { 'root.pem': root, 'leaf.pem': leaf },
    )
    assert.equal(stdout, `${dir}/leaf.pem: OK\n`, stderr)
  })

  it('has the name that the host package looks for, last in its subject', () => {
    const { stdout } = openssl(['x509', '-noout', '-subject', '-in', '@leaf.pem'], {
      'leaf.pem': leaf,
    })
    assert.match(stdout, /CN ?= ?managed-ssh-signer\.on-prem-1\.amazonaws\.com\n$/)
  })

  it('has a root whose name is a file name and no pattern', () => {
    assert.equal(new X509Certificate(root).subject, 'CN=Fleetkey managed SSH root 1a2b3c4d')
  })

  const ask = (response: Uint8Array, certificates: { leaf: string; root: string }) =>
    openssl(
      // prettier-ignore
      ['ocsp', '-no_nonce', '-issuer', '@root.pem', '-cert', '@leaf.pem', '-VAfile', '@root.pem', '-respin', '@staple'],
      { 'root.pem': certificates.root, 'leaf.pem': certificates.leaf, staple: response },
    )

  it('has a staple that says good', () => {
    const { status, stdout, stderr } = ask(staple, { leaf, root })
    assert.equal(status, 0)
    assert.match(stderr, /Response verify OK/)
    assert.ok(stdout.startsWith(`${dir}/leaf.pem: good\n`), stdout)
  })

  it('has a staple that ends (openssl takes times with fractions of seconds for valid for ever)', async () => {
    const authority = await createSignerRoot({ deployment: DEPLOYMENT, region: REGION }, now)
    const valid = { region: REGION, from: now, until: now + DAY }
    const certificate = (await issueSignerLeaf(authority, valid)).certificate
    const at = (from: number, until: number) =>
      ask(makeStaple(certificate, authority, { from: from + 0.5, until: until + 333 }), {
        leaf: certificate,
        root: authority.certificate,
      }).stdout.startsWith(`${dir}/leaf.pem: good`)
    assert.equal(at(now - HOUR, now + HOUR), true)
    assert.equal(at(now - 2 * HOUR, now - HOUR), false)
    assert.equal(at(now + HOUR, now + 2 * HOUR), false)
  })

  it('has a staple for no other certificate, and by no other issuer', async () => {
    const other = await createSignerRoot({ deployment: DEPLOYMENT, region: REGION }, now)
    const valid = { region: REGION, from: now, until: now + DAY }
    const sibling = (await issueSignerLeaf(other, valid)).certificate
    assert.doesNotMatch(ask(staple, { leaf: sibling, root: other.certificate }).stdout, /: good/)
    const forged = makeStaple(leaf, { ...other, certificate: root }, valid)
    assert.notEqual(ask(forged, { leaf, root }).status, 0)
  })

  it('signs as the host package verifies: RSASSA-PSS, SHA-256, a salt of 32 bytes', () => {
    const publicKey = openssl(['x509', '-pubkey', '-noout', '-in', '@leaf.pem'], {
      'leaf.pem': leaf,
    }).stdout
    const check = (of: string) =>
      openssl(
        // prettier-ignore
        ['dgst', '-sha256', '-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:32', '-verify', '@key', '-signature', '@signature', '@text'],
        { key: publicKey, signature, text: of },
      ).status
    assert.equal(check(text), 0)
    assert.notEqual(check(`${text} `), 0)
  })

  it('has a root that hosts may trust for this only (they keep it among the roots of web sites)', async () => {
    const authority = await createSignerRoot({ deployment: DEPLOYMENT, region: REGION }, now)
    const valid = { from: now, until: now + DAY }
    const verified = (certificate: KeyedCertificate, ...more: string[]) =>
      openssl(['verify', '-x509_strict', ...more, '-CAfile', '@root.pem', '@leaf.pem'], {
        'root.pem': authority.certificate,
        'leaf.pem': certificate.certificate,
      }).status === 0
    const ours = await issueSignerLeaf(authority, { ...valid, region: REGION })
    assert.equal(verified(ours), true)
    assert.equal(verified(ours, '-purpose', 'sslserver'), false)
    const another = await issueSignerLeaf(authority, { ...valid, region: 'eu-west-1' })
    assert.equal(verified(another), false)
  })
})

describe('the keys of the managed signer', () => {
  /** The middle of a week. */
  const start = 3000 * WEEK + 3 * DAY

  it('are the same on every node, also on nodes that start together', async () => {
    const texts = sharedTexts()
    const [one, two] = [node(texts, { now: start }), node(texts, { now: start })]
    const [first, second] = await Promise.all([one.credentials(), two.credentials()])
    assert.equal(first.chains.length, 1)
    assert.deepEqual(second.chains, first.chains)
    assert.deepEqual((await node(texts, { now: start }).credentials()).chains, first.chains)
  })

  it('take over from each other within an hour in which both sign (keys that are live go on working)', async () => {
    const clock = { now: 3000 * WEEK - 1 }
    const signer = node(sharedTexts(), clock)
    const [old] = await signer.sign('x')
    assert.equal((await signer.sign('x')).length, 1)
    clock.now += 1
    const both = await signer.sign('x')
    assert.equal(both.length, 2)
    assert.equal(both[1]?.signer, old?.signer)
    const { chains, staples } = await signer.credentials()
    assert.deepEqual([chains.length, staples.length], [2, 2])
    for (const [at, chain] of chains.entries()) {
      const [leaf = ''] = certificatesOf(chain)
      assert.equal(fingerprintOf(leaf), both[at]?.signer)
      const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
      const key = { key: new X509Certificate(leaf).publicKey, ...padding }
      const signature = Buffer.from(both[at]?.signature ?? '', 'base64')
      assert.ok(verify('sha256', Buffer.from('x'), key, signature))
    }
    clock.now += HOUR - 1
    assert.equal((await signer.sign('x')).length, 2)
    clock.now += 1
    assert.deepEqual(
      (await signer.sign('x')).map((each) => each.signer),
      [both[0]?.signer],
    )
  })

  it('are valid for as long as they sign, and a day at most on either side', async () => {
    const signer = node(sharedTexts(), { now: start })
    const [leaf = ''] = certificatesOf((await signer.credentials()).chains[0] ?? '')
    const { validFromDate, validToDate } = new X509Certificate(leaf)
    assert.equal(validFromDate.getTime(), 3000 * WEEK - DAY)
    assert.equal(validToDate.getTime(), 3001 * WEEK + HOUR + DAY)
  })

  it('are dropped when nobody needs them any more', async () => {
    const texts = sharedTexts()
    const clock = { now: start }
    const signer = node(texts, clock)
    for (let week = 0; week < 5; week++, clock.now += WEEK) await signer.sign('x')
    assert.deepEqual(
      [...texts.kept.keys()],
      ['root on-prem-1', 'leaf on-prem-1 3003', 'leaf on-prem-1 3004'].map(
        (name) => `managed-signer-${name}`,
      ),
    )
  })

  it('are asked for again after a disk that was full', async () => {
    const texts = sharedTexts()
    let isFull = true
    const keep: SealedTexts['keep'] = (name, make) =>
      isFull ? Promise.reject(new Error('full')) : texts.keep(name, make)
    const signer = node({ ...texts, keep }, { now: start })
    await assert.rejects(signer.sign('x'), /full/)
    isFull = false
    assert.equal((await signer.sign('x')).length, 1)
  })

  it('have a staple that is made anew each hour', async () => {
    const clock = { now: start }
    const signer = node(sharedTexts(), clock)
    const [first] = (await signer.credentials()).staples
    clock.now += HOUR - 1
    assert.equal((await signer.credentials()).staples[0], first)
    clock.now += 1
    assert.notEqual((await signer.credentials()).staples[0], first)
  })

  it('are RSA keys that the certificate names', async () => {
    const root = await createSignerRoot({ deployment: DEPLOYMENT, region: REGION }, start)
    const valid = { region: REGION, from: start, until: start + DAY }
    const leaf = await issueSignerLeaf(root, valid)
    const signed = sign('sha256', Buffer.from('x'), createPrivateKey(leaf.privateKey))
    const { publicKey } = new X509Certificate(leaf.certificate)
    assert.equal(publicKey.asymmetricKeyDetails?.modulusLength, 2048)
    assert.ok(verify('sha256', Buffer.from('x'), publicKey, signed))
  })
})
