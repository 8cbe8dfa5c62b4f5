import {
  lastActivity,
  oldestActiveKey,
  ROOT_LINE,
  type CredentialLine,
} from './credential-report.ts'

const DAY = 86_400
/** As AWS's own advice has it (IAM User Guide, "Security best practices in IAM"). */
const OLD = 90 * DAY

/**
 * What is worth a look about somebody's credentials, in a few words each.
 * @param now seconds since 1970
 */
export function credentialFaults(line: CredentialLine, now: number): readonly string[] {
  const { user, hasPassword, hasFactor, keys } = line
  const key = oldestActiveKey(line)
  const active = keys.filter(({ isActive }) => isActive)
  const used = lastActivity(line)
  return [
    ...(user === ROOT_LINE && active.length > 0 ? ['root has a key'] : []),
    ...(hasPassword && !hasFactor ? ['no second factor'] : []),
    ...(key !== undefined && now - key > OLD ? ['key older than 90 days'] : []),
    ...(active.some((one) => one.lastUsed === undefined && now - one.createdAt > OLD)
      ? ['key never used']
      : []),
    ...(used !== undefined && now - used > OLD ? ['not active for 90 days'] : []),
  ]
}
