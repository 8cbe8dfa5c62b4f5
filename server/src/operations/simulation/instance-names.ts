import { instanceName } from '@fleetkey/domain/instance'
import type { TaggedInstance } from '../../store/store.ts'
import type { Asker } from '../operation.ts'

/** Names of instances for whoever may list these (`ec2:DescribeInstances`); for others nothing, so that there is the id alone. */
export function instanceNamesFor(
  asker: Pick<Asker, 'isAllowed'>,
): (instance: TaggedInstance) => { readonly InstanceName?: string | undefined } {
  const maySee = asker.isAllowed(['ec2:DescribeInstances'], { arn: '*' }, {})
  return (instance) => (maySee ? { InstanceName: instanceName(instance) } : {})
}
