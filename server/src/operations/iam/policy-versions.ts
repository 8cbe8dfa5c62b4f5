import {
  deleteConflict,
  policyNotAttachable,
  policyVersionNotFound,
} from '@fleetkey/domain/exceptions/iam'
import { QUOTAS, tooManyPolicyVersions } from '@fleetkey/iam/quotas'
import { validatePolicy } from '@fleetkey/iam/validate-policy'
import type { Members } from '@fleetkey/wire/aws/validation'
import type { PolicyRow } from '../../store/identity-store.ts'
import { operation, type Asker } from '../operation.ts'
import { entityResource } from './entity-resource.ts'
import { fromMembers } from './from-members.ts'
import { handOverDocument } from './hand-over.ts'
import { POLICY } from './naming.ts'
import { pageOf, readPage, type Page } from './paging.ts'
import { demandOwnPolicy, findPolicy, readPolicyArn } from './policy-by-arn.ts'
import { showVersion, showVersionWithDocument, versionId } from './shown-policy.ts'
import { textOfPolicy } from './rights-of.ts'

interface Input {
  readonly policyArn: string
}

interface VersionInput extends Input {
  readonly version: number
}

/** IAM API reference, "CreatePolicyVersion": the way to change a managed policy. */
export const createPolicyVersion = operation<Input & { document: string; makeDefault: boolean }>({
  name: 'CreatePolicyVersion',
  service: 'iam',
  action: 'iam:CreatePolicyVersion',
  access: 'write',
  parse(fields) {
    const input = fromMembers((v) => ({
      policyArn: readPolicyArn(v),
      document: v.requiredString('PolicyDocument', { min: 1, max: 131_072 }),
      makeDefault: v.optionalBoolean('SetAsDefault') ?? false,
    }))(fields)
    validatePolicy(input.document, 'managed')
    return input
  },
  resources: policyResource,
  async handsOver({ policyArn, document, makeDefault }, asker) {
    const row = await findPolicy(policyArn, asker)
    return row === undefined || !makeDefault ? [] : handOverDocument(row.id, document, asker)
  },
  trail: ({ policyArn, document, makeDefault }) => ({
    requestParameters: { policyArn, policyDocument: document, setAsDefault: makeDefault },
  }),
  async run({ policyArn, document, makeDefault }, call) {
    const { id } = await requireOwnPolicy(policyArn, call)
    const added = { document, createdAt: call.now(), makeDefault }
    const limit = QUOTAS.policyVersions
    const version = await call.store.identities.policies.addVersion(id, added, limit)
    if (version === undefined) throw tooManyPolicyVersions()
    return { PolicyVersion: showVersion({ ...added, version, isDefault: makeDefault }) }
  },
})

/** With its document. IAM API reference, "GetPolicyVersion". */
export const getPolicyVersion = operation<VersionInput>({
  name: 'GetPolicyVersion',
  service: 'iam',
  action: 'iam:GetPolicyVersion',
  access: 'read',
  parse: fromMembers(readNamedVersion),
  resources: policyResource,
  trail: trailOfVersion,
  async run({ policyArn, version }, call) {
    const { id } = await requirePolicy(policyArn, call)
    const versions = await call.store.identities.policies.versions(id)
    const row = versions.find((one) => one.version === version)
    if (row === undefined) throw policyVersionNotFound(policyArn, versionId(version))
    return { PolicyVersion: showVersionWithDocument(row) }
  },
})

/** Newest first. IAM API reference, "ListPolicyVersions". */
export const listPolicyVersions = operation<Input & { page: Page }>({
  name: 'ListPolicyVersions',
  service: 'iam',
  action: 'iam:ListPolicyVersions',
  access: 'read',
  parse: fromMembers((v) => ({ policyArn: readPolicyArn(v), page: readPage(v) })),
  resources: policyResource,
  trail: ({ policyArn }) => ({ requestParameters: { policyArn } }),
  async run({ policyArn, page }, call) {
    const { id } = await requirePolicy(policyArn, call)
    const versions = await call.store.identities.policies.versions(id)
    const { rows, end } = pageOf(page, versions, newestFirst)
    return { Versions: rows.map(showVersion), ...end }
  },
})

/** IAM API reference, "SetDefaultPolicyVersion". Once it has returned, that version decides. */
export const setDefaultPolicyVersion = operation<VersionInput>({
  name: 'SetDefaultPolicyVersion',
  service: 'iam',
  action: 'iam:SetDefaultPolicyVersion',
  access: 'write',
  parse: fromMembers(readNamedVersion),
  resources: policyResource,
  async handsOver({ policyArn, version }, asker) {
    const row = await findPolicy(policyArn, asker)
    const text = row && (await textOfPolicy(row.id, { store: asker.store, version }))
    return row && text ? handOverDocument(row.id, text.document, asker) : []
  },
  trail: trailOfVersion,
  async run({ policyArn, version }, call) {
    const { id } = await requireOwnPolicy(policyArn, call)
    if (!(await call.store.identities.policies.setDefaultVersion(id, version))) {
      throw policyVersionNotFound(policyArn, versionId(version))
    }
    return {}
  },
})

/** Any but the default. IAM API reference, "DeletePolicyVersion". */
export const deletePolicyVersion = operation<VersionInput>({
  name: 'DeletePolicyVersion',
  service: 'iam',
  action: 'iam:DeletePolicyVersion',
  access: 'write',
  parse: fromMembers(readNamedVersion),
  resources: policyResource,
  trail: trailOfVersion,
  async run({ policyArn, version }, call) {
    const { id } = await requireOwnPolicy(policyArn, call)
    switch (await call.store.identities.policies.deleteVersion(id, version)) {
      case 'deleted':
        return {}
      case 'missing':
        throw policyVersionNotFound(policyArn, versionId(version))
      case 'default':
        throw deleteConflict('Cannot delete the default version of a policy.')
    }
  },
})

const readVersion = (v: Members): number =>
  Number(v.requiredString('VersionId', { pattern: /^v[1-9][0-9]{0,9}$/ }).slice(1))

function readNamedVersion(v: Members): VersionInput {
  return { policyArn: readPolicyArn(v), version: readVersion(v) }
}

async function policyResource({ policyArn }: Input, asker: Asker) {
  return [await entityResource(POLICY, policyArn, asker)]
}

function trailOfVersion({ policyArn, version }: VersionInput) {
  return { requestParameters: { policyArn, versionId: versionId(version) } }
}

async function requirePolicy(
  arn: string,
  world: Pick<Asker, 'store' | 'realm'>,
): Promise<PolicyRow> {
  const row = await findPolicy(arn, world)
  if (row === undefined) throw policyNotAttachable(arn)
  return row
}

/** One that can be changed: the policies under AWS's names stay as they are. */
async function requireOwnPolicy(arn: string, world: Pick<Asker, 'store' | 'realm'>) {
  const row = await requirePolicy(arn, world)
  demandOwnPolicy(row)
  return row
}

/** Sorts as text from the highest number down. */
const newestFirst = ({ version }: { readonly version: number }): string =>
  String(Number.MAX_SAFE_INTEGER - version)
