import type { PropertyFilterProperty } from '@cloudscape-design/collection-hooks'

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

function property(key: string, propertyLabel: string): PropertyFilterProperty {
  return {
    key,
    propertyLabel,
    groupValuesLabel: `${propertyLabel} values`,
    operators: ['=', '!=', ':', '!:'],
  }
}
