import type { KeyObject } from 'node:crypto'
import type { Grant } from '@fleetkey/domain/grant'
import { grantStatement } from '@fleetkey/wire/agent/grant-statement'
import {
  managedSignersStatement,
  type ManagedSigners,
} from '@fleetkey/wire/agent/managed-signers-statement'
import { mendOrderStatement, type MendOrder } from '@fleetkey/wire/agent/mend-statement'
import type { Signed } from '@fleetkey/wire/agent/signed'
import {
  hostRulesStatement,
  openingStatement,
  type HostRules,
  type Opening,
} from '@fleetkey/wire/agent/rules-statements'
import { SIGNER_TTL_MS, SIGNER_USAGE, signerStatement } from '@fleetkey/wire/agent/signer-statement'
import { encodeStatement } from '@fleetkey/wire/agent/statement'
import { tunnelOrderStatement, type TunnelOrder } from '@fleetkey/wire/agent/tunnel-statements'
import { generatePrivateKey, publicKeyText, signStatement } from './ed25519.ts'

/** Signs grants, rules and orders with a key of this process, which an issuer key that agents pinned has certified for a day. */
export interface GrantSigner {
  /** @param opening whom the port opens to while the grant lives */
  sign(grant: Grant, opening?: Opening): SignedGrant
  signManagedSigners(signers: ManagedSigners): { readonly signers: Signed; readonly signer: Signed }
  signOrder(order: TunnelOrder): SignedOrder
  signRules(rules: HostRules): { readonly rules: Signed; readonly signer: Signed }
  signMend(order: MendOrder): SignedOrder
}

export interface SignedGrant {
  readonly grant: Signed
  readonly signer: Signed
  readonly opening?: Signed
}

export interface SignedOrder {
  readonly order: Signed
  readonly signer: Signed
}

export interface Issuer {
  readonly deployment: string
  readonly key: KeyObject
  readonly epoch: number
}

/** A new signer key every half of its certificate's life. The private half never leaves this process's memory. */
export function createGrantSigner(issuer: Issuer, now: () => number): GrantSigner {
  let current = certify(issuer, now())
  const signer = () => {
    if (now() > current.renewAt) current = certify(issuer, now())
    return current
  }
  return {
    sign(grant, opening) {
      const { key, certificate } = signer()
      const text = encodeStatement(grantStatement, grant)
      return {
        grant: signStatement(key, text),
        signer: certificate,
        ...(opening && { opening: signStatement(key, encodeStatement(openingStatement, opening)) }),
      }
    },
    signManagedSigners(signers) {
      const { key, certificate } = signer()
      const text = encodeStatement(managedSignersStatement, signers)
      return { signers: signStatement(key, text), signer: certificate }
    },
    signOrder(order) {
      const { key, certificate } = signer()
      const statement = encodeStatement(tunnelOrderStatement, order)
      return { order: signStatement(key, statement), signer: certificate }
    },
    signRules(rules) {
      const { key, certificate } = signer()
      const statement = encodeStatement(hostRulesStatement, rules)
      return { rules: signStatement(key, statement), signer: certificate }
    },
    signMend(order) {
      const { key, certificate } = signer()
      const statement = encodeStatement(mendOrderStatement, order)
      return { order: signStatement(key, statement), signer: certificate }
    },
  }
}

function certify(issuer: Issuer, notBefore: number) {
  const key = generatePrivateKey()
  const certificate = encodeStatement(signerStatement, {
    deployment: issuer.deployment,
    usage: SIGNER_USAGE,
    publicKey: publicKeyText(key),
    epoch: issuer.epoch,
    notBefore,
    notAfter: notBefore + SIGNER_TTL_MS,
  })
  return {
    key,
    certificate: signStatement(issuer.key, certificate),
    renewAt: notBefore + SIGNER_TTL_MS / 2,
  }
}
