import { USER_NAME_PATTERN } from '@fleetkey/domain/principal'
import { INSTANCE_ID_PATTERN, type Instance } from '@fleetkey/domain/instance'
import type { Members } from '@fleetkey/wire/aws/validation'
import type { SshSessionQuery } from '../../store/ssh-session-store.ts'
import { ownOf } from '../is-own.ts'
import type { Asker } from '../operation.ts'

/** Which sessions are meant. All that is given must hold. */
export interface SessionFilter {
  readonly mine: boolean
  /** What people call who pushed the key: a user's name, a role session's, `root`. */
  readonly userName?: string
  readonly principalArn?: string
  readonly instanceId?: string
  readonly osUser?: string
  /** Of the instance, as it is now. */
  readonly tags: readonly WantedTag[]
}

interface WantedTag {
  readonly key: string
  /** Undefined: any. */
  readonly value: string | undefined
}

const MAX_TAGS = 10

export function readSessionFilter(v: Members): SessionFilter {
  const userName = v.optionalString('UserName', { min: 1, max: 64, pattern: USER_NAME_PATTERN })
  const principalArn = v.optionalString('PrincipalArn', { min: 20, max: 2048 })
  const instanceId = v.optionalString('InstanceId', {
    min: 10,
    max: 32,
    pattern: INSTANCE_ID_PATTERN,
  })
  const osUser = v.optionalString('InstanceOSUser', { min: 1, max: 256 })
  const tags = v.structureList('Tags', { max: MAX_TAGS }).map((tag) => ({
    key: tag.requiredString('Key', { min: 1, max: 128 }),
    value: tag.optionalString('Value', { max: 256 }),
  }))
  return {
    mine: v.optionalBoolean('Mine') ?? false,
    ...(userName === undefined ? {} : { userName }),
    ...(principalArn === undefined ? {} : { principalArn }),
    ...(instanceId === undefined ? {} : { instanceId }),
    ...(osUser === undefined ? {} : { osUser }),
    tags,
  }
}

export function isEmpty({ mine, tags, ...others }: SessionFilter): boolean {
  return !mine && tags.length === 0 && Object.keys(others).length === 0
}

/** As far as the store can tell; tags are the instance's. */
export function queryOf(
  { mine, userName, principalArn, instanceId, osUser }: SessionFilter,
  asker: Asker,
): Omit<SshSessionQuery, 'limit'> {
  return {
    ...(mine && ownOf(asker)),
    ...(userName !== undefined && { userName }),
    ...(principalArn !== undefined && { principalArn }),
    ...(instanceId !== undefined && { instanceId }),
    ...(osUser !== undefined && { osUser }),
  }
}

export function hasTags(instance: Instance | undefined, { tags }: SessionFilter): boolean {
  return tags.every(({ key, value }) => {
    const found = instance?.tags[key]
    return found !== undefined && (value === undefined || found === value)
  })
}

/** As the trail shows it. */
export function recordedFilter({ mine, tags, osUser, ...given }: SessionFilter) {
  return {
    ...given,
    ...(osUser === undefined ? {} : { instanceOSUser: osUser }),
    ...(mine && { mine }),
    ...(tags.length > 0 && { tags }),
  }
}
