import { answersOf, textOf, timeOf } from '../../api/answer.ts'
import type { ApiClient } from '../../api/api-client.ts'
import { listAll } from '../../api/list-all.ts'
import { iamOperation } from '../../api/operations.ts'

type Api = Pick<ApiClient, 'call'>

export interface PolicyVersion {
  /** `v3` */
  readonly versionId: string
  readonly isDefault: boolean
  readonly createdAt: number
}

/** IAM User Guide, "IAM and AWS STS quotas". */
export const MOST_VERSIONS = 5

/** Newest first. */
export async function readVersions(api: Api, PolicyArn: string): Promise<readonly PolicyVersion[]> {
  const options = { member: 'Versions', input: { PolicyArn } }
  const answer = await listAll(api, iamOperation('ListPolicyVersions'), options)
  return answersOf(answer, 'Versions')
    .map((version) => ({
      versionId: textOf(version, 'VersionId'),
      isDefault: version['IsDefaultVersion'] === true,
      createdAt: timeOf(version, 'CreateDate'),
    }))
    .toSorted((one, other) => numberOfVersion(other.versionId) - numberOfVersion(one.versionId))
}

export const numberOfVersion = (versionId: string): number => Number(versionId.slice(1))

/** Puts a document as the new version in force; of five, the oldest that is not in force makes room. */
export async function putVersion(api: Api, PolicyArn: string, PolicyDocument: string) {
  const versions = await readVersions(api, PolicyArn)
  const oldest = versions.findLast(({ isDefault }) => !isDefault)
  if (versions.length >= MOST_VERSIONS && oldest !== undefined) {
    const VersionId = oldest.versionId
    await api.call(iamOperation('DeletePolicyVersion'), { PolicyArn, VersionId })
  }
  const input = { PolicyArn, PolicyDocument, SetAsDefault: true }
  return await api.call(iamOperation('CreatePolicyVersion'), input)
}
