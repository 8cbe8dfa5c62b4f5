import {
  managedSignersStatement,
  type ManagedSigners,
} from '@fleetkey/wire/agent/managed-signers-statement'
import type { Signed } from '@fleetkey/wire/agent/signed'
import { decodeStatement } from '@fleetkey/wire/agent/statement'
import { isSignedBy } from '../ed25519.ts'
import { notValid } from '../grant-refusal.ts'
import { checkSigner, readSigner, type Pins } from '../signer-checks.ts'
import type { Trust } from '../state.ts'

/** What the server told of the managed signers, once it is sure that this deployment did. Throws a GrantRefusal. */
export function checkManagedSigners(
  told: { readonly signers: Signed; readonly signer: Signed },
  host: { readonly pins: Pins; readonly trust: Trust; readonly wallNow: number },
): ManagedSigners {
  const signers = decodeStatement(managedSignersStatement, told.signers.statement)
  if (signers === undefined || signers.chains.length !== signers.staples.length) {
    throw notValid('What the server told of the managed signers is malformed.')
  }
  const certificate = readSigner(told.signer)
  if (!isSignedBy(certificate.publicKey, told.signers)) {
    throw notValid('The signature over the managed signers is wrong.')
  }
  checkSigner(told.signer, certificate, host)
  if (signers.deployment !== host.pins.deployment) {
    throw notValid('The managed signers are of another deployment.')
  }
  return signers
}
