import { ec2NotFound } from '@fleetkey/domain/exceptions/ec2'
import type { World } from '../operation.ts'
import { describeList } from './describe.ts'
import { listInventory } from './inventory.ts'
import { architectureOf, PLATFORM_DETAILS } from './shown-instance.ts'

/** What instances are launched from, or were. An image is a name here: what it stands for is the administrator's. */
interface Row {
  readonly imageId: string
  readonly description: string
  readonly architecture: string
  readonly accountId: string
}

const MAX_NAMES = 1000

/** EC2 API reference, "DescribeImages". All images are the account's own. */
export const describeImages = describeList<Row>({
  name: 'DescribeImages',
  answer: 'Images',
  rows,
  keyOf: ({ imageId }) => imageId,
  paged: true,
  named: [
    {
      member: 'ImageIds',
      of: ({ imageId }) => imageId,
      notFound: (id) => ec2NotFound('image', id),
    },
  ],
  also(v) {
    v.optionalBoolean('IncludeDeprecated')
    v.optionalBoolean('IncludeDisabled')
  },
  only(v) {
    const owners = v.stringList('Owners', { max: MAX_NAMES })
    const users = v.stringList('ExecutableUsers', { max: MAX_NAMES })
    const fits = (names: readonly string[], accountId: string) =>
      names.length === 0 || names.includes('self') || names.includes(accountId)
    return ({ accountId }) => fits(owners, accountId) && fits(users, accountId)
  },
  filterable: {
    tags: () => ({}),
    names: {
      architecture: ({ architecture }) => [architecture],
      description: ({ description }) => [description],
      'image-id': ({ imageId }) => [imageId],
      'image-type': () => ['machine'],
      'is-public': () => ['false'],
      name: ({ imageId }) => [imageId],
      'owner-alias': () => [],
      'owner-id': ({ accountId }) => [accountId],
      platform: () => [],
      state: () => ['available'],
    },
  },
  show: ({ imageId, description, architecture, accountId }) => ({
    ImageId: imageId,
    Name: imageId,
    Description: description,
    ImageLocation: `${accountId}/${imageId}`,
    OwnerId: accountId,
    Public: false,
    State: 'available',
    ImageType: 'machine',
    Architecture: architecture,
    PlatformDetails: PLATFORM_DETAILS,
    BlockDeviceMappings: [],
    ProductCodes: [],
    Tags: [],
  }),
})

async function rows(world: World): Promise<readonly Row[]> {
  const { accountId } = world.realm
  const { images } = world.launches
  const items = await listInventory(world)
  const byImage = new Map<string, string | undefined>(
    [...images.keys()].map((id) => [id, undefined]),
  )
  for (const { launch, host } of items) {
    const known = byImage.get(launch.imageId)
    byImage.set(launch.imageId, known ?? host?.facts.architecture)
  }
  return [...byImage].map(([imageId, machine]) => ({
    imageId,
    accountId,
    description: images.get(imageId)?.description ?? '',
    architecture: architectureOf(machine ?? 'x86_64'),
  }))
}
