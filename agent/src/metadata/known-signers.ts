import { constants, verify, X509Certificate, type KeyObject } from 'node:crypto'
import type { ManagedSigners } from '@fleetkey/wire/agent/managed-signers-statement'
import type { SignatureOf } from '@fleetkey/wire/agent/server-messages'
import type { ShownSigner } from './items.ts'

/** The managed signers that the server told of, and what they signed. */
export interface KnownSigners {
  /** Throws when what was told is no certificate. */
  take(told: ManagedSigners): void
  readonly told: ManagedSigners | undefined
  /** PEM of the last certificate of the newest chain: what the host package must trust. */
  readonly root: string | undefined
  /** Whether a known signer signed the text, and none that is known did not. */
  hold(text: string, signatures: readonly SignatureOf[]): boolean
  /**
   * The one to show: the newest that signed all of these. The host package believes one signer at a time and refuses every key when one
   * signature is not of that signer, so a new signer is shown once all keys from before it are gone.
   */
  choose(keys: readonly { readonly signatures: readonly SignatureOf[] }[]): ShownSigner | undefined
}

export function createKnownSigners(): KnownSigners {
  let told: ManagedSigners | undefined
  let signers: readonly (ShownSigner & { readonly key: KeyObject; readonly root: string })[] = []

  return {
    take(next) {
      const read = next.chains.map((chain, at) => {
        const leaf = new X509Certificate(chain)
        return {
          fingerprint: leaf.fingerprint.replaceAll(':', ''),
          chain,
          staple: next.staples[at] ?? '',
          key: leaf.publicKey,
          root: lastOf(chain),
        }
      })
      signers = read
      told = next
    },

    get told() {
      return told
    },

    get root() {
      return signers[0]?.root
    },

    hold(text, signatures) {
      const known = signatures.flatMap(({ signer, signature }) => {
        const found = signers.find(({ fingerprint }) => fingerprint === signer)
        return found === undefined ? [] : [isSignedBy(found.key, text, signature)]
      })
      return known.length > 0 && known.every((holds) => holds)
    },

    choose: (keys) =>
      signers.find(({ fingerprint }) =>
        keys.every(({ signatures }) => signatures.some(({ signer }) => signer === fingerprint)),
      ) ?? signers[0],
  }
}

/** RFC 8017 §8.1 with SHA-256 and a salt of 32 bytes, as the host package asks openssl for. */
function isSignedBy(key: KeyObject, text: string, signature: string): boolean {
  const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
  return verify('sha256', Buffer.from(text), { key, ...padding }, Buffer.from(signature, 'base64'))
}

function lastOf(chain: string): string {
  return `${chain.slice(chain.lastIndexOf('-----BEGIN CERTIFICATE-----')).trim()}\n`
}
