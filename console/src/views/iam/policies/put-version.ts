import { afterDoing } from '../../../api/after-doing.ts'
import { asRefusal } from '../../../api/api-refusal.ts'
import { iam, listAll } from '../api/iam.ts'
import type { PolicyVersion } from '../api/shapes.ts'

/** IAM User Guide, "IAM and AWS STS quotas". */
const MOST_VERSIONS = 5

/** Newest first. */
export async function readVersions(
  PolicyArn: string,
  signal: AbortSignal,
): Promise<readonly PolicyVersion[]> {
  return await listAll<PolicyVersion>(
    { operation: 'ListPolicyVersions', member: 'Versions', input: { PolicyArn } },
    signal,
  )
}

/** The text of a version. */
export async function readVersion(
  PolicyArn: string,
  VersionId: string,
  signal: AbortSignal,
): Promise<string> {
  const { PolicyVersion: version } = await iam<{ PolicyVersion: PolicyVersion }>(
    'GetPolicyVersion',
    { PolicyArn, VersionId },
    signal,
  )
  return version.Document ?? ''
}

/** The version that makes room for a new one: of five the oldest that is not in force; undefined while there is room. */
export function versionToGo(versions: readonly PolicyVersion[]): string | undefined {
  if (versions.length < MOST_VERSIONS) return undefined
  const numbered = versions.filter(({ IsDefaultVersion }) => !IsDefaultVersion)
  const oldest = numbered.toSorted(
    (one, other) => Number(one.VersionId.slice(1)) - Number(other.VersionId.slice(1)),
  )
  return oldest[0]?.VersionId
}

/**
 * Makes a new version, which is in force then. It is asked for before the oldest goes: whoever may not make one must not lose one for it.
 * @param given.toGo what makes room for it, where there is none
 */
export async function putVersion(
  given: {
    readonly PolicyArn: string
    readonly document: string
    readonly toGo: string | undefined
  },
  ask: (operation: string, input: object) => Promise<unknown> = iam,
): Promise<void> {
  const { PolicyArn, document: PolicyDocument, toGo } = given
  const create = () => ask('CreatePolicyVersion', { PolicyArn, PolicyDocument, SetAsDefault: true })
  try {
    await create()
  } catch (error) {
    if (toGo === undefined || asRefusal(error).code !== 'LimitExceeded') throw error
    await ask('DeletePolicyVersion', { PolicyArn, VersionId: toGo })
    await afterDoing(`${toGo} is deleted already, to make room.`, create)
  }
}
