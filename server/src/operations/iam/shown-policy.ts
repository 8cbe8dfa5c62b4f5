import type { Realm } from '@fleetkey/domain/realm'
import { policyText } from '@fleetkey/wire/aws/output'
import type { PolicyRow, PolicyVersionRow } from '../../store/identity-store.ts'
import { entityArn } from './entity-arn.ts'

/** A managed policy as lists show it. */
export function showPolicy(row: PolicyRow, realm: Realm) {
  return {
    PolicyName: row.name,
    PolicyId: row.id,
    Arn: entityArn(row, realm),
    Path: row.path,
    DefaultVersionId: versionId(row.defaultVersion),
    AttachmentCount: row.attachments,
    PermissionsBoundaryUsageCount: row.boundaryUses,
    IsAttachable: true,
    CreateDate: new Date(row.createdAt),
    UpdateDate: new Date(row.updatedAt),
  }
}

/** Absent when there is none, as in AWS. */
export const showDescription = (description: string) =>
  description === '' ? {} : { Description: description }

/** Without its document, which only GetPolicyVersion shows. */
export function showVersion({ version, isDefault, createdAt }: PolicyVersionRow) {
  return {
    VersionId: versionId(version),
    IsDefaultVersion: isDefault,
    CreateDate: new Date(createdAt),
  }
}

export function showVersionWithDocument(row: PolicyVersionRow) {
  return { Document: policyText(row.document), ...showVersion(row) }
}

export const showAttached = (row: PolicyRow, realm: Realm) => ({
  PolicyName: row.name,
  PolicyArn: entityArn(row, realm),
})

export const versionId = (version: number): string => `v${version}`
