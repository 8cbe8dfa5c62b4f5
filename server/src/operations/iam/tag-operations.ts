import { MAX_TAGS, type Tags } from '@fleetkey/domain/instance'
import { operation, type AnyOperation, type Asker, type Call } from '../operation.ts'
import { entityResource } from './entity-resource.ts'
import { fromMembers } from './from-members.ts'
import { handOverTags } from './hand-over-tags.ts'
import { POLICY, PROFILE, requireEntity, ROLE, USER, type Naming } from './naming.ts'
import { demandOwnPolicy } from './policy-by-arn.ts'
import { pageOf, readPage, type Page } from './paging.ts'
import { readTagKeys, readTags, requestTagContext, shownTags, tooManyTags } from './tags.ts'

interface Input {
  readonly named: string
}

interface TagInput extends Input {
  readonly tags: Tags
}

interface UntagInput extends Input {
  readonly tagKeys: readonly string[]
}

export const [tagUser, untagUser, listUserTags] = tagOperations(USER)
export const [tagRole, untagRole, listRoleTags] = tagOperations(ROLE)
export const [tagPolicy, untagPolicy, listPolicyTags] = tagOperations(POLICY)
export const [tagInstanceProfile, untagInstanceProfile, listInstanceProfileTags] =
  tagOperations(PROFILE)

/** IAM API reference, "TagUser", "UntagUser", "ListUserTags" and the same for roles, policies and instance profiles. */
export function tagOperations(naming: Naming): readonly [AnyOperation, AnyOperation, AnyOperation] {
  const { noun, recordedAs } = naming
  const isPrincipal = naming === USER || naming === ROLE
  const common = (name: string) =>
    ({
      name,
      service: 'iam',
      action: `iam:${name}`,
      resources: async ({ named }: Input, asker: Asker) => [
        await entityResource(naming, named, asker),
      ],
    }) as const

  async function requireOwn(named: string, call: Call) {
    const row = await requireEntity(naming, named, call)
    demandOwnPolicy(row)
    return row
  }

  const tag = operation<TagInput>({
    ...common(`Tag${noun}`),
    access: 'write',
    parse: fromMembers((v) => ({ named: naming.read(v), tags: readTags(v) })),
    context: ({ tags }) => requestTagContext(tags),
    ...(isPrincipal && {
      handsOver: ({ named, tags }: TagInput, asker: Asker) =>
        handOverTags(naming, named, { asker, set: tags }),
    }),
    trail: ({ named, tags }) => ({
      requestParameters: { [recordedAs]: named, tags: shownTags(tags) },
    }),
    async run({ named, tags }, call) {
      const { id } = await requireOwn(named, call)
      const change = { set: tags, limit: MAX_TAGS }
      if (!(await call.store.identities.entities.changeTags(id, change))) throw tooManyTags()
      return {}
    },
  })

  const untag = operation<UntagInput>({
    ...common(`Untag${noun}`),
    access: 'write',
    parse: fromMembers((v) => ({ named: naming.read(v), tagKeys: readTagKeys(v) })),
    context: ({ tagKeys }) => ({ 'aws:TagKeys': tagKeys }),
    ...(isPrincipal && {
      handsOver: ({ named, tagKeys }: UntagInput, asker: Asker) =>
        handOverTags(naming, named, { asker, remove: tagKeys }),
    }),
    trail: ({ named, tagKeys }) => ({ requestParameters: { [recordedAs]: named, tagKeys } }),
    async run({ named, tagKeys }, call) {
      const { id } = await requireOwn(named, call)
      await call.store.identities.entities.changeTags(id, { remove: tagKeys, limit: MAX_TAGS })
      return {}
    },
  })

  const list = operation<Input & { page: Page }>({
    ...common(`List${noun}Tags`),
    access: 'read',
    parse: fromMembers((v) => ({ named: naming.read(v), page: readPage(v) })),
    trail: ({ named }) => ({ requestParameters: { [recordedAs]: named } }),
    async run({ named, page }, call) {
      const { tags } = await requireEntity(naming, named, call)
      const { rows, end } = pageOf(page, shownTags(tags), ({ Key }) => Key)
      return { Tags: rows, ...end }
    },
  })

  return [tag, untag, list]
}
