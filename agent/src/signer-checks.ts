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
