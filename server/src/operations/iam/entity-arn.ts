import {
  awsPolicyArn,
  groupArn,
  instanceProfileArn,
  mfaArn,
  oidcProviderArn,
  policyArn,
  roleArn,
  userArn,
} from '@fleetkey/domain/arn'
import type { Realm } from '@fleetkey/domain/realm'
import type { EntityRow, PolicyRow } from '../../store/identity-store.ts'

/** Of what is stored: names and paths of requests never get into an ARN that a policy is asked about. */
export function entityArn(row: EntityRow | PolicyRow, realm: Realm): string {
  switch (row.kind) {
    case 'user':
      return userArn(realm, row.name, row.path)
    case 'group':
      return groupArn(realm, row.name, row.path)
    case 'role':
      return roleArn(realm, row.name, row.path)
    case 'policy':
      return 'ownedByAws' in row && row.ownedByAws
        ? awsPolicyArn(realm, row.name, row.path)
        : policyArn(realm, row.name, row.path)
    case 'profile':
      return instanceProfileArn(realm, row.name, row.path)
    case 'mfa':
      return mfaArn(realm, row.name, row.path)
    case 'provider':
      return oidcProviderArn(realm, row.name)
  }
}
