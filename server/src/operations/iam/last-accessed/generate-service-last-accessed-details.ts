import { noSuchEntity } from '@fleetkey/domain/exceptions/iam'
import { operation } from '../../operation.ts'
import { resourceOf } from '../entity-resource.ts'
import { fromMembers } from '../from-members.ts'
import { entityByArn, GRANULARITIES, jobId, type Granularity } from './job.ts'

interface Input {
  readonly arn: string
  readonly granularity: Granularity
}

/** What a user, group, role or policy was last used for. IAM API reference, "GenerateServiceLastAccessedDetails". */
export const generateServiceLastAccessedDetails = operation<Input>({
  name: 'GenerateServiceLastAccessedDetails',
  service: 'iam',
  action: 'iam:GenerateServiceLastAccessedDetails',
  access: 'read',
  parse: fromMembers((v) => ({
    arn: v.requiredString('Arn', { min: 20, max: 2048 }),
    granularity:
      v.optionalString('Granularity', { pattern: LEVEL }) === 'ACTION_LEVEL'
        ? 'ACTION_LEVEL'
        : 'SERVICE_LEVEL',
  })),
  async resources({ arn }, world) {
    const entity = await entityByArn(arn, world)
    return [entity === undefined ? { arn } : resourceOf(entity, world)]
  },
  trail: ({ arn, granularity }) => ({ requestParameters: { arn, granularity } }),
  async run({ arn, granularity }, call) {
    const entity = await entityByArn(arn, call)
    if (entity === undefined) throw noSuchEntity(`user, group, role or policy ${arn}`)
    return { JobId: jobId({ entityId: entity.id, granularity, createdAt: call.now() }) }
  },
})

const LEVEL = new RegExp(`^(${GRANULARITIES.join('|')})$`)
