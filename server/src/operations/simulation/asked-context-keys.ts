import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { eachKeyOnce, keysAskedFor } from '@fleetkey/iam/keys-asked-for'
import { parsePolicyDocument, type PolicyDocument } from '@fleetkey/iam/policy-document'
import { policiesOf, policyKinds } from '@fleetkey/iam/policy-set'
import type { Members } from '@fleetkey/wire/aws/validation'
import { fromMembers } from '../iam/from-members.ts'
import { operation } from '../operation.ts'
import { policySourceByArn } from './policy-source.ts'
import { subjectResource } from './subject.ts'

interface Input {
  readonly documents: readonly string[]
}

/** Which keys a simulation of these policies wants to be told. IAM API reference, "GetContextKeysForCustomPolicy". */
export const getContextKeysForCustomPolicy = operation<Input>({
  name: 'GetContextKeysForCustomPolicy',
  service: 'iam',
  action: 'iam:GetContextKeysForCustomPolicy',
  access: 'read',
  parse(fields) {
    const input = fromMembers(readInput)(fields)
    if (input.documents.length === 0) throw validationFailure('PolicyInputList must not be empty.')
    return input
  },
  resources: () => [{ arn: '*' }],
  // Not the policies, as with a simulation: half a megabyte of record for a question would let whoever may ask fill the disk.
  trail: () => ({ requestParameters: {} }),
  run: ({ documents }) => shown(documents.map((text) => parsePolicyDocument(text))),
})

/**
 * The same of a user with its groups, of a group or of a role, boundary and all, and of policies of the request. IAM API reference,
 * "GetContextKeysForPrincipalPolicy".
 */
export const getContextKeysForPrincipalPolicy = operation<Input & { source: string }>({
  name: 'GetContextKeysForPrincipalPolicy',
  service: 'iam',
  action: 'iam:GetContextKeysForPrincipalPolicy',
  access: 'read',
  parse: fromMembers((v) => ({
    source: v.requiredString('PolicySourceArn', { min: 20, max: 2048 }),
    ...readInput(v),
  })),
  resources: async ({ source }, asker) => [await subjectResource(source, asker)],
  trail: ({ source }) => ({ requestParameters: { policySourceArn: source } }),
  async run({ source, documents }, call) {
    const { policies } = await policySourceByArn(source, call)
    const held = policyKinds.flatMap((kind) => policiesOf(policies, kind) ?? [])
    return shown([
      ...held.map(({ document }) => document),
      ...documents.map((text) => parsePolicyDocument(text)),
    ])
  },
})

function readInput(v: Members): Input {
  return {
    documents: v.stringList('PolicyInputList', { max: 100, each: { min: 1, max: 131_072 } }),
  }
}

function shown(documents: readonly PolicyDocument[]) {
  const names = documents.flatMap(({ statements, version }) =>
    statements.flatMap((statement) => keysAskedFor(statement, version)),
  )
  return { ContextKeyNames: eachKeyOnce(names) }
}
