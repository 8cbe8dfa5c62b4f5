import type { PropertyFilterQuery } from '@cloudscape-design/collection-hooks'
import { USER_NAME_PATTERN } from '@fleetkey/domain/principal'
import { isInstanceId } from '../api/instance-id.ts'

/** Members of ListSSHSessions that say which are wanted. */
export interface SessionQuery {
  readonly UserName?: string
  readonly InstanceId?: string
  readonly InstanceOSUser?: string
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[]
}

/** As long as the server takes them. */
const MOST = { userName: 64, osUser: 256, tag: 256 }

/**
 * What of a filter the server can look for in all sessions that there were; the rest is looked for among those that it gave. Nothing of what it
 * would refuse to search for: that finds nothing here.
 */
export function sessionQueryOf({ operation, tokens }: PropertyFilterQuery): SessionQuery {
  if (operation === 'or' && tokens.length > 1) return {}
  return tokens.reduce<SessionQuery>((query, { propertyKey, operator, value }) => {
    // Of two that contradict each other the other one is looked for here.
    if (operator !== '=' || typeof value !== 'string' || value === '') return query
    return { ...memberOf(propertyKey, value), ...query }
  }, {})
}

function memberOf(propertyKey: string | undefined, value: string): SessionQuery {
  if (propertyKey === 'who' && value.length <= MOST.userName && USER_NAME_PATTERN.test(value))
    return { UserName: value }
  if (propertyKey === 'instanceId' && isInstanceId(value)) return { InstanceId: value }
  if (propertyKey === 'osUser' && value.length <= MOST.osUser) return { InstanceOSUser: value }
  if (propertyKey === 'instanceName' && value.length <= MOST.tag)
    return { Tags: [{ Key: 'Name', Value: value }] }
  return {}
}
