import type { EnrolmentAnswer } from '@fleetkey/wire/agent/enrolment'
import type { Signed } from '@fleetkey/wire/agent/signed'
import {
  SIGNER_TTL_MS,
  SIGNER_USAGE,
  signerStatement,
  type SignerCertificate,
} from '@fleetkey/wire/agent/signer-statement'
import { decodeStatement } from '@fleetkey/wire/agent/statement'
import { isSignedBy } from './ed25519.ts'
import { notValid } from './grant-refusal.ts'
import type { Trust } from './state.ts'

/** Whom this host believes, from its enrolment. */
export type Pins = Pick<EnrolmentAnswer, 'deployment' | 'issuerKeys'>

/** What this host knows by which it believes a signature. */
export interface SignerContext {
  readonly pins: Pins
  readonly trust: Trust
  /** Keeps what a believed certificate taught. Throws when it cannot be kept. */
  readonly raiseTrust: (seen: Trust) => void
  /** Milliseconds since 1970 by the host's clock. */
  readonly wallNow: number
}

/** That a signer whom this host believes signed this: what it says of itself is decoded already, and stays unbelieved until here. */
export function checkSigned(
  said: {
    /** For refusals: `order`. */
    readonly noun: string
    readonly signed: Signed
    readonly signer: Signed
    readonly issuedAt: number
  },
  host: SignerContext,
): void {
  const certificate = readSigner(said.signer)
  if (!isSignedBy(certificate.publicKey, said.signed)) {
    throw notValid(`The signature of the ${said.noun} is wrong.`)
  }
  checkSigner(said.signer, certificate, host)
  host.raiseTrust({
    minimumEpoch: certificate.epoch,
    // no further than the certificate: else one stolen signer could end all later ones by naming a year far off
    highestSignedTime: Math.max(
      certificate.notBefore,
      Math.min(said.issuedAt, certificate.notAfter),
    ),
  })
}

/** What a signer certificate says, not yet believed. */
export function readSigner(signer: Signed): SignerCertificate {
  const certificate = decodeStatement(signerStatement, signer.statement)
  if (certificate === undefined) throw notValid('The signer certificate is malformed.')
  return certificate
}

/**
 * Whether the certificate makes its key a signer of grants here. One step from a pinned key, never a chain; nothing in the message says
 * whom to trust. "Now" is the host's clock or the latest signed time, whichever is later: setting the clock back revives no old signer.
 */
export function checkSigner(
  signer: Signed,
  certificate: SignerCertificate,
  { pins, trust, wallNow }: { pins: Pins; trust: Trust; wallNow: number },
): void {
  if (!pins.issuerKeys.some((issuer) => isSignedBy(issuer, signer))) {
    throw notValid(
      'This host does not know who certified the signer. If the deployment has new issuer keys, join the host again.',
    )
  }
  if (certificate.usage !== SIGNER_USAGE) {
    throw notValid('The signer certificate is not for signing grants.')
  }
  if (certificate.deployment !== pins.deployment) {
    throw notValid('The signer certificate is of another deployment.')
  }
  if (certificate.notAfter - certificate.notBefore > SIGNER_TTL_MS) {
    throw notValid('The signer certificate is valid for longer than a day.')
  }
  if (certificate.notAfter <= Math.max(wallNow, trust.highestSignedTime)) {
    throw notValid(
      `The signer certificate has ended. Compare the clocks: this host says ${new Date(wallNow).toISOString()}.`,
    )
  }
  if (certificate.epoch < trust.minimumEpoch) {
    throw notValid('The signer certificate is of an epoch that was ended.')
  }
}
