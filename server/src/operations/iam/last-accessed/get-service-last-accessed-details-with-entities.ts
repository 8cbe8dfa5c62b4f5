import { noSuchEntity } from '@fleetkey/domain/exceptions/iam'
import { operation } from '../../operation.ts'
import { entityArn } from '../entity-arn.ts'
import { fromMembers } from '../from-members.ts'
import { byName, pageOf, readPage, type Page } from '../paging.ts'
import { allowedServices, concernedBy } from './concerned.ts'
import { jobResources, readJob, requireEntityOf, type Job } from './job.ts'

interface Input {
  readonly job: Job
  readonly namespace: string
  readonly page: Page
}

/** Whoever could have used a service by a group or policy, and when each last did. IAM API reference, "GetServiceLastAccessedDetailsWithEntities". */
export const getServiceLastAccessedDetailsWithEntities = operation<Input>({
  name: 'GetServiceLastAccessedDetailsWithEntities',
  service: 'iam',
  action: 'iam:GetServiceLastAccessedDetailsWithEntities',
  access: 'read',
  parse: fromMembers((v) => ({
    job: readJob(v),
    namespace: v.requiredString('ServiceNamespace', { min: 1, max: 64, pattern: /^[\w-]*$/ }),
    page: readPage(v),
  })),
  resources: ({ job }, world) => jobResources(job, world),
  trail: ({ job, namespace }) => ({
    requestParameters: { ofEntity: job.entityId, serviceNamespace: namespace },
  }),
  async run({ job, namespace, page }, call) {
    const entity = await requireEntityOf(job, call)
    const services = await allowedServices(entity, call)
    if (!services.some(({ prefix }) => prefix === namespace)) {
      throw noSuchEntity(`service ${namespace} among those that the policies allow`)
    }
    await call.accesses.flush()
    const concerned = await concernedBy(entity, call)
    const { rows, end } = pageOf(page, concerned, (row) => `${row.kind} ${byName(row)}`)
    const ids = rows.map(({ id }) => id)
    const each = await call.store.identities.accesses.lastOfEach(ids, namespace)
    const last = new Map(each.map(({ entityId, at }) => [entityId, at]))
    return {
      JobStatus: 'COMPLETED',
      JobCreationDate: new Date(job.createdAt),
      JobCompletionDate: new Date(job.createdAt),
      EntityDetailsList: rows.map((row) => {
        const at = last.get(row.id)
        return {
          EntityInfo: {
            Arn: entityArn(row, call.realm),
            Name: row.name,
            Type: row.kind === 'role' ? 'ROLE' : 'USER',
            Id: row.id,
            Path: row.path,
          },
          ...(at !== undefined && { LastAuthenticated: new Date(at) }),
        }
      }),
      ...end,
    }
  },
})
