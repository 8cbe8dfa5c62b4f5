import type { ApiRefusal } from '../../../api/api-refusal.ts'

/** What to do about a refusal of IAM's, where its sentence does not say it; undefined where it does. */
export function mendOf({
  code,
  message,
}: Pick<ApiRefusal, 'code' | 'message'>): string | undefined {
  switch (code) {
    case 'EntityAlreadyExists':
      return 'Names are unique whatever their letter case. Choose another name, or change the one that is there.'
    case 'DeleteConflict':
      return conflictMend(message)
    case 'LimitExceeded':
      return limitMend(message)
    case 'NoSuchEntity':
      return 'It may have been deleted or renamed meanwhile. Look at the list.'
    case 'EntityTemporarilyUnmodifiable':
      return 'Somebody else changed it at the same moment. Load the page again and look at what is there now.'
    case 'PasswordPolicyViolation':
      return 'Account settings say what passwords must be like; a generated one always fits.'
    default:
      return undefined
  }
}

function conflictMend(message: string): string {
  if (message.includes('permissions boundary')) {
    return 'Give those whose boundary it is another one first: without a boundary they could do more than anybody allowed.'
  }
  if (message.includes('default version')) return 'Make another version the default first.'
  return 'Take away what hangs on it first.'
}

const LIMITS: readonly (readonly [RegExp, string])[] = [
  [/AccessKeysPerUser/, 'Delete a key that is not used any more, then create the new one.'],
  [/GroupsPerUser/, 'Take the user out of a group, or put the policies of two groups together.'],
  [/PoliciesPer(User|Group|Role)/, 'Detach a policy, or put several into one.'],
  [/versions/, 'Delete a version that is not the default.'],
  [
    /PolicySize|policy size|ACLSizePerRole/,
    'Shorten it: wildcards, fewer statements, or two policies. White space does not count.',
  ],
  [/PerAccount/, 'Delete what is not used any more.'],
]

function limitMend(message: string): string | undefined {
  return LIMITS.find(([pattern]) => pattern.test(message))?.[1]
}
