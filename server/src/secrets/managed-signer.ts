import type { ManagedSignature } from '@fleetkey/wire/agent/server-messages'
import { constants, createPrivateKey, sign, X509Certificate, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { KeyedCertificate } from './certificate-authority.ts'

/** Signs keys as EC2's metadata service hands them to hosts, under a root of this deployment's own. */
export interface ManagedSigner {
  /** By each key that is in use, the newest first. `text` is one of managedKeyText. */
  sign(text: string): Promise<ManagedSignature['signatures']>
  /** What hosts need to check those signatures; changes with the keys, and each hour. */
  credentials(): Promise<SignerCredentials>
}

/** One for each key in use, the newest first. */
export interface SignerCredentials {
  /** PEM, leaf first and root last. */
  readonly chains: readonly string[]
  /** OCSP responses of the leaves: DER, base64. */
  readonly staples: readonly string[]
}

/** Sealed texts that all nodes share: the one that stands, made by whoever is first. */
export interface SealedTexts {
  keep(name: string, make: () => Promise<string>): Promise<string>
  drop(name: string): Promise<void>
}

const HOUR_MS = 60 * 60 * 1000
const DAY_MS = 24 * HOUR_MS
/** Each key signs for a week. Weeks are counted since 1970, so that all nodes use the same key without asking each other. */
const PERIOD_MS = 7 * DAY_MS
/** So long a key goes on signing beside the next one, until every agent has heard of it: agents ask several times in an hour. */
const OVERLAP_MS = HOUR_MS
/** A staple outlives a control plane that is away for a day; no key lives that long. */
const STAPLE_MS = DAY_MS
const STAPLE_RENEW_MS = HOUR_MS

interface Leaf extends KeyedCertificate {
  readonly root: KeyedCertificate
  readonly key: KeyObject
  /** SHA-1, upper-case hexadecimal. */
  readonly fingerprint: string
}

/** Makes nothing before it is first asked: most deployments have no such host. */
export function createManagedSigner(parts: {
  readonly texts: SealedTexts
  readonly deployment: string
  readonly region: string
  readonly now: () => number
}): ManagedSigner {
  const { texts, deployment, region, now } = parts
  const leaves = new Map<number, Promise<Leaf>>()
  const staples = new WeakMap<Leaf, { readonly madeAt: number; readonly text: string }>()

  async function leavesInUse(): Promise<readonly Leaf[]> {
    const inUse = periodsInUse(now())
    for (const period of leaves.keys()) if (!inUse.includes(period)) leaves.delete(period)
    return Promise.all(inUse.map(leafOf))
  }

  function leafOf(period: number): Promise<Leaf> {
    const known = leaves.get(period)
    if (known !== undefined) return known
    const loaded = loadLeaf(period)
    leaves.set(period, loaded)
    // A disk that was full once must not decide for the week.
    loaded.catch(() => leaves.delete(period))
    return loaded
  }

  async function loadLeaf(period: number): Promise<Leaf> {
    // Loaded only here: the X.509 library is large.
    const { createSignerRoot, issueSignerLeaf } = await import('./managed-signer-certificates.ts')
    const root = await kept(`managed-signer-root ${region}`, () =>
      createSignerRoot({ deployment, region }, now()),
    )
    const from = period * PERIOD_MS
    const until = from + PERIOD_MS + OVERLAP_MS + DAY_MS
    const nameOf = (which: number) => `managed-signer-leaf ${region} ${which}`
    const leaf = await kept(nameOf(period), () => issueSignerLeaf(root, { region, from, until }))
    await texts.drop(nameOf(period - 2))
    return {
      ...leaf,
      root,
      key: createPrivateKey(leaf.privateKey),
      fingerprint: new X509Certificate(leaf.certificate).fingerprint.replaceAll(':', ''),
    }
  }

  async function kept(name: string, make: () => Promise<KeyedCertificate>) {
    const text = await texts.keep(name, async () => JSON.stringify(await make()))
    return JSON.parse(text) as KeyedCertificate
  }

  async function stapleOf(leaf: Leaf): Promise<string> {
    const known = staples.get(leaf)
    if (known !== undefined && now() - known.madeAt < STAPLE_RENEW_MS) return known.text
    const { makeStaple } = await import('./ocsp-staple.ts')
    // An hour back, for hosts whose clocks are behind.
    const valid = { from: now() - HOUR_MS, until: now() + STAPLE_MS }
    const text = Buffer.from(makeStaple(leaf.certificate, leaf.root, valid)).toString('base64')
    staples.set(leaf, { madeAt: now(), text })
    return text
  }

  return {
    async sign(text) {
      const inUse = await leavesInUse()
      return Promise.all(
        inUse.map(async ({ fingerprint, key }) => ({
          signer: fingerprint,
          signature: (await signPss(key, text)).toString('base64'),
        })),
      )
    },

    async credentials() {
      const inUse = await leavesInUse()
      return {
        chains: inUse.map(({ certificate, root }) => pem(certificate) + pem(root.certificate)),
        staples: await Promise.all(inUse.map(stapleOf)),
      }
    },
  }
}

function periodsInUse(now: number): readonly number[] {
  const period = Math.floor(now / PERIOD_MS)
  return now - period * PERIOD_MS < OVERLAP_MS ? [period, period - 1] : [period]
}

/** Without blank lines: the host package cuts the chain at the ends of certificates. */
const pem = (certificate: string): string => `${certificate.trim()}\n`

/** RFC 8017 §8.1 with SHA-256 and a salt of 32 bytes, off the event loop: some 0.7 ms of work. */
function signPss(key: KeyObject, text: string): Promise<Buffer> {
  const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
  return signInBackground('sha256', Buffer.from(text), { key, ...padding })
}

const signInBackground = promisify(
  (
    algorithm: string,
    data: Uint8Array,
    key: Parameters<typeof sign>[2],
    done: (error: Error | null, signature: Buffer) => void,
  ) => sign(algorithm, data, key, done),
)
