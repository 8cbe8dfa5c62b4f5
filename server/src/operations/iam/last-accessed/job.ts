import { noSuchEntity } from '@fleetkey/domain/exceptions/iam'
import type { Members } from '@fleetkey/wire/aws/validation'
import type { EntityRow, PolicyRow } from '../../../store/identity-store.ts'
import type { Resource, World } from '../../operation.ts'
import { resourceOf } from '../entity-resource.ts'
import { GROUP, POLICY, ROLE, USER } from '../naming.ts'
import { entityArn } from '../entity-arn.ts'

/** AWS's words for how much is told: services alone, or each action too. */
export const GRANULARITIES = ['SERVICE_LEVEL', 'ACTION_LEVEL'] as const
export type Granularity = (typeof GRANULARITIES)[number]

/**
 * A report that was asked for. AWS makes it in the background and keeps it for four hours. Here it is made when it is got, and its id says what of: nothing is
 * kept, and every node knows it.
 */
export interface Job {
  readonly entityId: string
  readonly granularity: Granularity
  readonly createdAt: number
}

/** As long as AWS's, which are UUIDs: clients check that. */
const JOB_ID = /^(A[A-Z]{3}[A-Z0-9]{17})-([as])([0-9a-z]{13})$/

export function jobId({ entityId, granularity, createdAt }: Job): string {
  const level = granularity === 'ACTION_LEVEL' ? 'a' : 's'
  return `${entityId}-${level}${createdAt.toString(36).padStart(13, '0')}`
}

/** @throws NoSuchEntity for what is no id of ours */
export function readJob(v: Members): Job {
  const text = v.requiredString('JobId', { min: 36, max: 36 })
  const [, entityId = '', level, time = ''] = JOB_ID.exec(text) ?? []
  const createdAt = Number.parseInt(time, 36)
  // Beyond what a time can be: made up.
  if (!(createdAt <= 8.64e15)) throw noSuchEntity('job with this id')
  return { entityId, granularity: level === 'a' ? 'ACTION_LEVEL' : 'SERVICE_LEVEL', createdAt }
}

/** Permission is asked on whom the report is of, so that an id is no way round the policy. */
export async function jobResources({ entityId }: Job, world: World): Promise<readonly Resource[]> {
  const entity = await entityOfId(entityId, world)
  return [entity === undefined ? { arn: '*' } : resourceOf(entity, world)]
}

export async function requireEntityOf({ entityId }: Job, world: World) {
  const entity = await entityOfId(entityId, world)
  if (entity === undefined) throw noSuchEntity('user, group, role or policy of this job')
  return entity
}

async function entityOfId(
  id: string,
  { store }: Pick<World, 'store'>,
): Promise<EntityRow | PolicyRow | undefined> {
  const { entities, policies } = store.identities
  return (await policies.get(id)) ?? (await entities.byId(id))
}

/** Of a user, group, role or policy; undefined when there is none with just this ARN. */
export async function entityByArn(
  arn: string,
  world: World,
): Promise<EntityRow | PolicyRow | undefined> {
  const [, kind, name] = /:(user|group|role|policy)\/(?:.*\/)?([^/]+)$/.exec(arn) ?? []
  if (kind === undefined || name === undefined) return undefined
  if (kind === 'policy') return await POLICY.find(arn, world)
  const naming = [USER, GROUP, ROLE].find(({ noun }) => noun.toLowerCase() === kind)
  const entity = await naming?.find(name, world)
  return entity !== undefined && entityArn(entity, world.realm) === arn ? entity : undefined
}
