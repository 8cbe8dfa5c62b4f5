import { invalidParameterValue } from '@fleetkey/domain/exceptions/ec2'
import { MAX_TAGS, tagProblem, type Tags } from '@fleetkey/domain/instance'
import type { ContextValue } from '@fleetkey/iam/request-context'
import type { Members } from '@fleetkey/wire/aws/validation'
import { refuseTags } from './change-tags.ts'

/**
 * Reads `TagSpecifications`: the tags that what is made is to have. EC2 API reference, "TagSpecification".
 * @param resourceType the only one that this operation makes
 */
export function readTagSpecifications(v: Members, resourceType: string): Tags {
  const tags = new Map<string, string>()
  for (const specification of v.structureList('TagSpecifications', { max: 10 })) {
    const type = specification.optionalString('ResourceType') ?? resourceType
    if (type !== resourceType) {
      throw invalidParameterValue(
        `TagSpecification: '${type.slice(0, 64).replace(/[^\x20-\x7e]/g, '?')}' is not made here. ResourceType is ${resourceType}.`,
      )
    }
    for (const tag of specification.structureList('Tags', { max: MAX_TAGS })) {
      addTag(tags, {
        key: tag.requiredString('Key'),
        value: tag.optionalString('Value') ?? '',
      })
    }
  }
  const all = Object.fromEntries(tags)
  refuseTags(all)
  return all
}

function addTag(
  tags: Map<string, string>,
  { key, value }: { readonly key: string; readonly value: string },
): void {
  const problem = tagProblem(key, value)
  if (problem !== undefined) throw invalidParameterValue(`${problem}.`)
  if (tags.has(key)) throw invalidParameterValue(`Duplicate tag key '${key}' specified.`)
  tags.set(key, value)
}

/** Condition keys of a request that sets these tags. */
export function requestTagKeys(tags: Tags): Readonly<Record<string, ContextValue>> {
  return {
    ...Object.fromEntries(
      Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value]),
    ),
    'aws:TagKeys': Object.keys(tags),
  }
}
