import type { Access } from '../../../store/access-store.ts'
import type { EntityRow } from '../../../store/identity-store.ts'
import { operation, type Call } from '../../operation.ts'
import { entityArn } from '../entity-arn.ts'
import { fromMembers } from '../from-members.ts'
import { pageOf, readPage, type Page } from '../paging.ts'
import { allowedServices, concernedBy, type AllowedService } from './concerned.ts'
import { jobResources, readJob, requireEntityOf, type Job } from './job.ts'
import { serviceName } from './service-names.ts'

interface Input {
  readonly job: Job
  readonly page: Page
}

/**
 * When each service that the policies allow was last asked for anything, by whom, and by how many. It reads a row for each action that somebody ever asked for,
 * and no trail. IAM API reference, "GetServiceLastAccessedDetails".
 */
export const getServiceLastAccessedDetails = operation<Input>({
  name: 'GetServiceLastAccessedDetails',
  service: 'iam',
  action: 'iam:GetServiceLastAccessedDetails',
  access: 'read',
  parse: fromMembers((v) => ({ job: readJob(v), page: readPage(v) })),
  resources: ({ job }, world) => jobResources(job, world),
  trail: ({ job }) => ({ requestParameters: { ofEntity: job.entityId } }),
  async run({ job, page }, call) {
    const entity = await requireEntityOf(job, call)
    await call.accesses.flush()
    const concerned = await concernedBy(entity, call)
    const { accesses } = call.store.identities
    const { actions, entities } = await accesses.lastOf(concerned.map(({ id }) => id))
    const byId = new Map(concerned.map((row) => [row.id, row]))
    const counts = new Map(entities.map(({ service, count }) => [service, count]))
    const { rows, end } = pageOf(page, await allowedServices(entity, call), (one) => one.prefix)
    return {
      JobStatus: 'COMPLETED',
      JobType: job.granularity,
      JobCreationDate: new Date(job.createdAt),
      JobCompletionDate: new Date(job.createdAt),
      ServicesLastAccessed: rows.map((service) => {
        const asked = actions.filter((one) => one.service === service.prefix)
        const last = asked.toSorted((a, b) => b.at - a.at)[0]
        return {
          ServiceName: serviceName(service.prefix),
          ServiceNamespace: service.prefix,
          ...shownLast(last, { byId, call }),
          TotalAuthenticatedEntities: counts.get(service.prefix) ?? 0,
          ...(job.granularity === 'ACTION_LEVEL' && {
            TrackedActionsLastAccessed: shownActions(service, asked, { byId, call }),
          }),
        }
      }),
      // Ours: what is older is not known.
      TrackedSince: new Date(Number(await call.store.settings.get('accesses-since'))),
      ...end,
    }
  },
})

interface Known {
  readonly byId: ReadonlyMap<string, EntityRow>
  readonly call: Call
}

function shownActions({ actions }: AllowedService, asked: readonly Access[], known: Known) {
  return actions.map((name) => ({
    ActionName: name,
    ...shownAction(
      asked.find(({ action }) => action === name),
      known,
    ),
  }))
}

function shownAction(access: Access | undefined, { byId, call }: Known) {
  const entity = access && byId.get(access.entityId)
  if (access === undefined || entity === undefined) return {}
  return {
    LastAccessedEntity: entityArn(entity, call.realm),
    LastAccessedTime: new Date(access.at),
    LastAccessedRegion: call.realm.region,
  }
}

/** As AWS names the members of a service; nothing when nobody asked it. */
function shownLast(access: Access | undefined, { byId, call }: Known) {
  const entity = access && byId.get(access.entityId)
  if (access === undefined || entity === undefined) return {}
  return {
    LastAuthenticated: new Date(access.at),
    LastAuthenticatedEntity: entityArn(entity, call.realm),
    LastAuthenticatedRegion: call.realm.region,
  }
}
