import { instanceTypesInvalid } from '@fleetkey/domain/exceptions/ec2'
import type { World } from '../operation.ts'
import { describeList } from './describe.ts'
import { HOST_TYPE, listInventory } from './inventory.ts'
import { architectureOf } from './shown-instance.ts'

/** A type is a name that somebody launched instances under: of the machines no more is known than what their agents say. */
interface Row {
  readonly instanceType: string
  readonly architectures: readonly string[]
}

/** EC2 API reference, "DescribeInstanceTypes". */
export const describeInstanceTypes = describeList<Row>({
  name: 'DescribeInstanceTypes',
  answer: 'InstanceTypes',
  rows,
  keyOf: ({ instanceType }) => instanceType,
  paged: true,
  named: [
    {
      member: 'InstanceTypes',
      of: ({ instanceType }) => instanceType,
      notFound: (name) => instanceTypesInvalid(name),
    },
  ],
  filterable: {
    names: {
      'current-generation': () => ['true'],
      'instance-type': ({ instanceType }) => [instanceType],
      'processor-info.supported-architecture': ({ architectures }) => architectures,
    },
  },
  show: ({ instanceType, architectures }) => ({
    InstanceType: instanceType,
    CurrentGeneration: true,
    FreeTierEligible: false,
    SupportedUsageClasses: ['on-demand'],
    SupportedRootDeviceTypes: [],
    SupportedVirtualizationTypes: [],
    ProcessorInfo: { SupportedArchitectures: architectures },
  }),
})

async function rows(world: World): Promise<readonly Row[]> {
  const byType = new Map<string, Set<string>>([[HOST_TYPE, new Set()]])
  for (const { launch, host } of await listInventory(world)) {
    const architectures = byType.get(launch.instanceType) ?? new Set()
    if (host !== undefined) architectures.add(architectureOf(host.facts.architecture))
    byType.set(launch.instanceType, architectures)
  }
  return [...byType].map(([instanceType, architectures]) => ({
    instanceType,
    architectures: [...architectures].toSorted(),
  }))
}
