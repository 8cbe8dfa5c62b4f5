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
