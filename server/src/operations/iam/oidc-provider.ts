import { noSuchEntity } from '@fleetkey/domain/exceptions/iam'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { validate } from '@fleetkey/wire/aws/validation'
import type { ProviderRow } from '../../store/identity-store.ts'
import type { World } from '../operation.ts'
import { entityArn } from './entity-arn.ts'
import { entityResource } from './entity-resource.ts'
import type { Naming } from './naming.ts'

const PROVIDER_ARN = /^arn:[a-z-]+:iam::\d{12}:oidc-provider\/([\w+=,.@:/-]+)$/

/** IAM API reference, `clientIDType`. */
export const CLIENT_ID = { min: 1, max: 255 }
/** IAM User Guide, "IAM and AWS STS quotas". */
export const MAX_CLIENT_IDS = 100

/** OIDC providers are named by their ARN, `arn:aws:iam::ACCOUNT:oidc-provider/HOST/PATH`. */
export const PROVIDER: Naming = {
  noun: 'OpenIDConnectProvider',
  member: 'OpenIDConnectProviderArn',
  recordedAs: 'openIDConnectProviderArn',
  read(v) {
    const arn = v.requiredString('OpenIDConnectProviderArn', { min: 20, max: 2048 })
    // Too short or long is said by the validation, when all is read.
    if (arn.length < 20 || arn.length > 2048 || PROVIDER_ARN.test(arn)) return arn
    throw validationFailure('OpenIDConnectProviderArn is not the ARN of an OIDC provider.')
  },
  async find(arn, { store, realm }) {
    const found = await store.identities.entities.find('provider', providerNameOf(arn))
    return found && entityArn(found, realm) === arn ? found : undefined
  },
  arnOfNone: (arn) => arn,
  missing: (arn) => noSuchEntity(`OpenIDConnect Provider ${arn}`),
}

/** The issuer without its scheme. */
export const providerNameOf = (arn: string): string => PROVIDER_ARN.exec(arn)?.[1] ?? ''

export async function requireProvider(
  arn: string,
  world: Pick<World, 'store' | 'realm'>,
): Promise<ProviderRow> {
  const found = await PROVIDER.find(arn, world)
  const provider = found && (await world.store.identities.providers.get(found.id))
  if (provider === undefined) throw PROVIDER.missing(arn)
  return provider
}

export interface ProviderInput {
  readonly arn: string
}

/** Reads the ARN, last: it also ends the validation. */
export function readProvider(v: ReturnType<typeof validate>): ProviderInput {
  const arn = PROVIDER.read(v)
  v.finish(validationFailure)
  return { arn }
}

export async function providerResources({ arn }: ProviderInput, world: World) {
  return [await entityResource(PROVIDER, arn, world)]
}

export function shownProvider({ arn }: ProviderInput) {
  return { requestParameters: { openIDConnectProviderArn: arn } }
}
