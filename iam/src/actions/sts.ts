import { role } from './iam.ts'
import { read, service, tagging, write } from './service.ts'
import { setsTags } from './tag-keys.ts'

/** Service Authorization Reference, "AWS Security Token Service". */
export const STS = service('sts', [
  write(
    'AssumeRole',
    [role],
    [
      ...setsTags,
      'sts:ExternalId',
      'sts:RoleSessionName',
      'sts:SourceIdentity',
      'sts:TransitiveTagKeys',
    ],
  ),
  write(
    'AssumeRoleWithWebIdentity',
    [role],
    [...setsTags, 'sts:RoleSessionName', 'sts:SourceIdentity', 'sts:TransitiveTagKeys'],
  ),
  read('GetCallerIdentity'),
  read('GetSessionToken'),
  read('GetAccessKeyInfo'),
  // Asked beside AssumeRole, when the request passes tags or a source identity.
  tagging('TagSession', [role], [...setsTags, 'sts:TransitiveTagKeys']),
  write('SetSourceIdentity', [role], ['sts:SourceIdentity']),
])
