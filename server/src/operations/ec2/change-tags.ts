import {
  invalidParameterValue,
  tagLimitExceeded,
  taggedResourceInvalid,
} from '@fleetkey/domain/exceptions/ec2'
import { MAX_TAGS, tagProblem, type Tags } from '@fleetkey/domain/instance'
import { MODE_TAG } from '@fleetkey/domain/security-group'
import type { Members } from '@fleetkey/wire/aws/validation'
import type { TagChange } from '../../store/store.ts'
import type { Resource, World } from '../operation.ts'
import { tagClash } from '../tag-clash.ts'
import { ec2Operation } from './ec2-operation.ts'
import { recordedChange, tellHostsOf } from './security-groups/hosts-told.ts'
import { checkModeTag } from './security-groups/mode-tag.ts'
import { TAGGABLE, taggableKind, type TaggableKind } from './taggable.ts'

interface Input {
  readonly named: readonly Named[]
  readonly tags: readonly { readonly key: string; readonly value: string | undefined }[]
}

interface Named {
  readonly kind: TaggableKind
  readonly id: string
}

const MAX_RESOURCES = 1000

/** Adds tags to instances, endpoints, security groups and rules, or overwrites them. EC2 API reference, "CreateTags". */
export const createTags = ec2Operation<Input>({
  name: 'CreateTags',
  action: 'ec2:CreateTags',
  access: 'write',
  needs: ['Resources', 'Tags'],
  parse: parseTagRequest,
  resources,
  context: requestTags,
  trail,
  trailAnswer: recordedChange,
  run: (input, call) =>
    change(input, call, (present, kind) => {
      const set = Object.fromEntries(input.tags.map(({ key, value }) => [key, value ?? '']))
      refuseTags({ ...present, ...set })
      if (kind === 'security-group') checkModeTag(set)
      return { set }
    }),
})

/** Removes tags; one given with a value only where it has that value. EC2 API reference, "DeleteTags". */
export const deleteTags = ec2Operation<Input>({
  name: 'DeleteTags',
  action: 'ec2:DeleteTags',
  access: 'write',
  // Without Tags AWS takes all of them away. Here they are named, so that a policy on aws:TagKeys sees them.
  needs: ['Resources', 'Tags'],
  parse: parseTagRequest,
  resources,
  context: requestTags,
  trail,
  trailAnswer: recordedChange,
  run: (input, call) =>
    change(input, call, () => ({
      remove: input.tags.map(({ key, value }) => ({
        key,
        ...(value === undefined ? {} : { value }),
      })),
    })),
})

/** Throws for more than one thing can have, and for those that leave open which of two decides. */
export function refuseTags(tags: Tags): void {
  if (Object.keys(tags).length > MAX_TAGS) {
    throw tagLimitExceeded(`The maximum number of Tags for a resource is ${MAX_TAGS}.`)
  }
  const clash = tagClash(tags)
  if (clash !== undefined) throw invalidParameterValue(clash)
}

function parseTagRequest(v: Members): Input {
  const ids = v.stringList('Resources', { min: 1, max: MAX_RESOURCES })
  return {
    named: [...new Set(ids)].map((id) => {
      const kind = taggableKind(id)
      if (kind === undefined) throw taggedResourceInvalid(id)
      return { kind, id }
    }),
    tags: v.structureList('Tags', { min: 1, max: MAX_TAGS }).map((tag) => {
      const key = tag.requiredString('Key')
      const value = tag.optionalString('Value')
      const problem = tagProblem(key, value ?? '')
      if (problem !== undefined) throw invalidParameterValue(`${problem}.`)
      return { key, value }
    }),
  }
}

/** Unknown ones are asked about like others, without tags: whether they exist is told only to who may know. */
async function resources({ named, tags }: Input, world: World): Promise<readonly Resource[]> {
  const asked = await Promise.all(named.map((one) => resource(one, world)))
  if (tags.every(({ key }) => key !== MODE_TAG)) return asked
  // The mode decides whom hosts let in: who changes it changes rules.
  const groups = asked.filter((_, at) => named[at]?.kind === 'security-group')
  return [...asked, ...groups.map((one) => ({ ...one, actions: [CHANGES_RULES] }))]
}

const CHANGES_RULES = 'ec2:AuthorizeSecurityGroupIngress'

async function resource({ kind, id }: Named, world: World): Promise<Resource> {
  const known = TAGGABLE[kind]
  const [tags, context] = await Promise.all([known.tags(id, world), known.context?.(id, world)])
  return { arn: known.arn(id, world), ...(tags && { tags }), ...(context && { context }) }
}

function requestTags({ tags }: Input) {
  return {
    ...Object.fromEntries(tags.map(({ key, value }) => [`aws:RequestTag/${key}`, value ?? ''])),
    'aws:TagKeys': tags.map(({ key }) => key),
  }
}

function trail({ named, tags }: Input) {
  const [first, ...more] = named
  const only = more.length === 0 && first?.kind === 'instance' ? { instanceId: first.id } : {}
  return { requestParameters: { resources: named.map(({ id }) => id), tags }, ...only }
}

/** All are found, and fit, before the first is changed. */
async function change(
  { named, tags }: Input,
  world: World,
  changeFor: (present: Tags, kind: TaggableKind) => TagChange,
): Promise<object> {
  const changes = await Promise.all(
    named.map(async ({ kind, id }) => {
      const present = await TAGGABLE[kind].tags(id, world)
      if (present === undefined) throw TAGGABLE[kind].notFound(id)
      return { kind, id, wanted: changeFor(present, kind) }
    }),
  )
  await Promise.all(
    changes.map(async ({ kind, id, wanted }) => {
      const done = await TAGGABLE[kind].change(id, wanted, world.store)
      if (!done) throw TAGGABLE[kind].notFound(id)
    }),
  )
  if (tags.every(({ key }) => key !== MODE_TAG)) return { Return: true }
  const groups = named.filter(({ kind }) => kind === 'security-group')
  const told = await Promise.all(groups.map(({ id }) => tellHostsOf(id, world)))
  return { Return: true, Fleetkey: { Hosts: told.flatMap(({ Hosts }) => Hosts) } }
}
