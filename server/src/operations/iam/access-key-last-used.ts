import { noSuchEntity } from '@fleetkey/domain/exceptions/iam'
import { rootArn } from '@fleetkey/domain/arn'
import { operation, type World } from '../operation.ts'
import { ACCESS_KEY_ID } from './access-keys.ts'
import { resourceOf } from './entity-resource.ts'
import { fromMembers } from './from-members.ts'

interface Input {
  readonly accessKeyId: string
}

/** When, where and for what a key was last used, and whose it is. IAM API reference, "GetAccessKeyLastUsed". */
export const getAccessKeyLastUsed = operation<Input>({
  name: 'GetAccessKeyLastUsed',
  service: 'iam',
  action: 'iam:GetAccessKeyLastUsed',
  access: 'read',
  parse: fromMembers((v) => ({ accessKeyId: v.requiredString('AccessKeyId', ACCESS_KEY_ID) })),
  /** Whose keys they are is found by the key; who may ask about one user only, learns of no other key that it exists. */
  async resources(input, world) {
    const found = await find(input, world)
    if (found === undefined) return [{ arn: '*' }]
    if (found.user === undefined) return [{ arn: rootArn(world.realm) }]
    return [resourceOf(found.user, world)]
  },
  trail: ({ accessKeyId }) => ({ requestParameters: { accessKeyId } }),
  async run(input, world) {
    const found = await find(input, world)
    if (found === undefined) throw noSuchEntity(`Access Key with id ${input.accessKeyId}`)
    const { key, user } = found
    const use = key.lastUsed
    return {
      ...(user === undefined ? {} : { UserName: user.name }),
      // As AWS writes that there was none.
      AccessKeyLastUsed:
        use === undefined
          ? { ServiceName: 'N/A', Region: 'N/A' }
          : { LastUsedDate: new Date(use.at), ServiceName: use.service, Region: use.region },
    }
  },
})

/** The key and its user, undefined for root's. */
async function find({ accessKeyId }: Input, { store }: World) {
  const key = await store.identities.keys.get(accessKeyId)
  if (key === undefined) return undefined
  if (key.userId === undefined) return { key, user: undefined }
  const user = await store.identities.entities.byId(key.userId)
  return user && { key, user }
}
