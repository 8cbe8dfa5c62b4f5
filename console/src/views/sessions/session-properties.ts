import type { PropertyFilterProperty } from '@cloudscape-design/collection-hooks'
import type { SshSession } from '../../sessions/ssh-session.ts'
import { asPeopleCount } from '../../ui/as-people-count.ts'

/** What sessions are found by: members of SshSession. */
export const SESSION_PROPERTIES: readonly PropertyFilterProperty[] = [
  property('who', 'User name'),
  property('instanceName', 'Instance name'),
  property('instanceId', 'Instance ID'),
  property('osUser', 'OS user'),
  property('state', 'State'),
  property('explained', 'Explained by'),
  property('sourceAddress', 'Source IP address'),
  property('fingerprint', 'SSH key fingerprint'),
  property('method', 'How'),
  property('sessionId', 'Session ID'),
]

/** Of these nearly each session has a value of its own: nobody picks one from a list. */
const UNLISTED: readonly string[] = ['sessionId', 'fingerprint']
/** Of each property: nobody reads more. */
const MAX_OFFERED = 500

/** Values that sessions have, to choose from. */
export function sessionOptions(
  sessions: readonly SshSession[],
): readonly { readonly propertyKey: string; readonly value: string }[] {
  return SESSION_PROPERTIES.filter(({ key }) => !UNLISTED.includes(key)).flatMap(({ key }) => {
    const values = sessions.map((session) => session[key as keyof SshSession])
    const texts = new Set(values.filter((value) => typeof value === 'string'))
    return [...texts]
      .toSorted(asPeopleCount)
      .slice(0, MAX_OFFERED)
      .map((value) => ({ propertyKey: key, value }))
  })
}

function property(key: string, propertyLabel: string): PropertyFilterProperty {
  return {
    key,
    propertyLabel,
    groupValuesLabel: `${propertyLabel} values`,
    operators: ['=', '!=', ':', '!:'],
  }
}
