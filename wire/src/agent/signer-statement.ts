import { isBytes32, isCount, isText, type StatementKind } from './statement.ts'

/**
 * A node's right to sign grants, given by an issuer key that agents pinned at enrolment. One step, never a chain; it ends by itself
 * after SIGNER_TTL_MS, and raising the deployment's epoch ends every older one at once.
 */
export interface SignerCertificate {
  readonly deployment: string
  readonly usage: string
  /** Ed25519 public key, base64. */
  readonly publicKey: string
  readonly epoch: number
  /** Milliseconds since 1970. */
  readonly notBefore: number
  readonly notAfter: number
}

export const SIGNER_TTL_MS = 24 * 60 * 60 * 1000
export const SIGNER_USAGE = 'grant'

export const signerStatement: StatementKind<SignerCertificate> = {
  domain: 'fleetkey-signer-v1',
  fields: {
    deployment: isText,
    usage: isText,
    publicKey: isBytes32,
    epoch: isCount,
    notBefore: isCount,
    notAfter: isCount,
  },
}
