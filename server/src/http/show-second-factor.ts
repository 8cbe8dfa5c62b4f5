import { accessDenied } from '@fleetkey/domain/exceptions/authorization'
import { withKey } from '../identities/code-tries.ts'
import { verifySecondFactor } from '../identities/second-factor.ts'
import type { Caller } from '../operations/caller.ts'
import { entityArn } from '../operations/iam/entity-arn.ts'
import type { ShownSecondFactor, World } from '../operations/operation.ts'
import type { MfaDeviceRow } from '../store/credential-store.ts'

/**
 * The caller as the decision sees them once they have shown a second factor in this very request (AssumeRole and GetSessionToken with
 * SerialNumber and TokenCode). Only users have devices. Throws AccessDenied when device or code is not right, Throttling after too many
 * tries; the code is used up.
 */
export async function showSecondFactor(
  caller: Caller,
  shown: ShownSecondFactor | undefined,
  world: World,
): Promise<Caller> {
  if (shown === undefined) return caller
  const { principal } = caller
  const device = await deviceOf(shown.serialNumber, world)
  if (principal.kind !== 'user' || device?.userId !== principal.userId) {
    throw failed(
      'unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.',
    )
  }
  const { userId } = principal
  if (
    !(await verifySecondFactor(world, userId, { code: shown.code, device, trier: withKey(caller) }))
  ) {
    throw failed('with invalid MFA one time pass code.')
  }
  return withSecondFactor(caller, world.now())
}

/** `mfaAt`: when it was shown in this very request, if it was. */
export function withSecondFactor(caller: Caller, mfaAt: number | undefined): Caller {
  if (mfaAt === undefined) return caller
  const context = new Map(caller.context).set('aws:MultiFactorAuthPresent', 'true')
  return { ...caller, mfaAt, context }
}

async function deviceOf(
  serialNumber: string,
  { store, realm }: World,
): Promise<MfaDeviceRow | undefined> {
  const { entities, mfa } = store.identities
  const found = await entities.find('mfa', serialNumber.slice(serialNumber.lastIndexOf('/') + 1))
  if (found === undefined || entityArn(found, realm) !== serialNumber) return undefined
  return await mfa.get(found.id)
}

function failed(why: string) {
  const text = `MultiFactorAuthentication failed${why.startsWith('unable') ? ',' : ''} ${why}`
  return accessDenied(
    text,
    'Give the ARN of a device of the user whose key signs as SerialNumber, and what it shows now as TokenCode. A code is good once.',
  )
}
