import { spawnSync } from 'node:child_process'
import { constants, createPrivateKey, sign, X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ManagedSigners } from '@fleetkey/wire/agent/managed-signers-statement'
import type { SignatureOf } from '@fleetkey/wire/agent/server-messages'
import { DEPLOYMENT } from './control-plane.ts'

/** A managed signer as agents are told of it. Its certificates are made by the program openssl: node:crypto makes none. */
export interface FakeManagedSigner {
  readonly fingerprint: string
  /** PEM, leaf first. */
  readonly chain: string
  readonly root: string
  readonly staple: string
  sign(text: string): SignatureOf
}

/** Why no signer can be made here, or undefined. */
export const whyNoSigner = (): string | undefined =>
  spawnSync('openssl', ['version']).status === 0 ? undefined : 'SKIPPED: needs the program openssl'

export function createFakeManagedSigner(name: string): FakeManagedSigner {
  const dir = mkdtempSync(join(tmpdir(), 'fleetkey-signer-'))
  const make = (file: string, cn: string, ...more: readonly string[]) => {
    const out = ['-keyout', join(dir, `${file}.key`), '-out', join(dir, `${file}.pem`)]
    // prettier-ignore
    const { status, stderr } = spawnSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-config', '/dev/null',
      '-subj', `/CN=${cn}`, ...out, ...more], { encoding: 'utf8' })
    if (status !== 0) throw new Error(stderr)
  }
  try {
    make('root', `Fleetkey managed SSH root ${name}`)
    const issuer = ['-CA', join(dir, 'root.pem'), '-CAkey', join(dir, 'root.key')]
    make('leaf', 'managed-ssh-signer.on-prem-1.amazonaws.com', ...issuer)
    const [leaf, root, pem] = ['leaf.pem', 'root.pem', 'leaf.key'].map((file) =>
      readFileSync(join(dir, file), 'utf8'),
    ) as [string, string, string]
    const key = createPrivateKey(pem)
    const fingerprint = new X509Certificate(leaf).fingerprint.replaceAll(':', '')
    const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
    return {
      fingerprint,
      chain: leaf + root,
      root,
      staple: Buffer.from(`staple of ${name}`).toString('base64'),
      sign(text) {
        const signature = sign('sha256', Buffer.from(text), { key, ...padding })
        return { signer: fingerprint, signature: signature.toString('base64') }
      },
    }
  } finally {
    rmSync(dir, { recursive: true })
  }
}

/** What a server tells of these, newest first. */
export function tellOf(
  signers: readonly FakeManagedSigner[],
  changes: Partial<ManagedSigners> = {},
): ManagedSigners {
  return {
    deployment: DEPLOYMENT,
    region: 'on-prem-1',
    availabilityZone: 'on-prem-1a',
    availabilityZoneId: 'onp1-az1',
    partition: 'aws',
    domain: 'amazonaws.com',
    chains: signers.map(({ chain }) => chain),
    staples: signers.map(({ staple }) => staple),
    issuedAt: Date.now(),
    ...changes,
  }
}
