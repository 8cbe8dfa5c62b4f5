import type { Fields } from '@fleetkey/wire/aws/fields'
import { instanceArn } from '@fleetkey/domain/arn'
import { instanceIdNotFound, limitExceeded, validationFailure } from '@fleetkey/domain/exceptions'
import {
  clashingTagKeys,
  INSTANCE_ID_PATTERN,
  MAX_TAGS,
  tagProblem,
  type Tags,
} from '@fleetkey/domain/instance'
import type { TagChange } from '../store/store.ts'
import { operation, type Resource, type World } from './operation.ts'

interface Input {
  readonly instanceIds: readonly string[]
  readonly tags: readonly { readonly key: string; readonly value: string | undefined }[]
}

const MAX_RESOURCES = 1000

/** Adds tags or overwrites them. EC2 API reference, "CreateTags". */
export const createTags = operation<Input>({
  name: 'CreateTags',
  service: 'ec2',
  action: 'ec2:CreateTags',
  access: 'write',
  parse: (fields) => parseTagRequest(fields, 'with values'),
  resources,
  context: requestTags,
  trail,
  run: (input, { store }) =>
    change(input, store, (present) => {
      const set = Object.fromEntries(input.tags.map(({ key, value }) => [key, value ?? '']))
      const after = { ...present, ...set }
      if (Object.keys(after).length > MAX_TAGS) {
        throw limitExceeded(`An instance has at most ${MAX_TAGS} tags.`)
      }
      refuseClashes(after)
      return { set }
    }),
})

/** Removes tags; one given with a value only where it has that value. EC2 API reference, "DeleteTags". */
export const deleteTags = operation<Input>({
  name: 'DeleteTags',
  service: 'ec2',
  action: 'ec2:DeleteTags',
  access: 'write',
  parse: (fields) => parseTagRequest(fields, 'values optional'),
  resources,
  context: requestTags,
  trail,
  run: (input, { store }) =>
    change(input, store, () => ({
      remove: input.tags.map(({ key, value }) => ({
        key,
        ...(value === undefined ? {} : { value }),
      })),
    })),
})

/** Throws when two keys differ only in case. */
export function refuseClashes(tags: Tags): void {
  const clash = clashingTagKeys(tags)
  if (clash === undefined) return
  throw validationFailure(
    `The tag keys ${clash.join(' and ')} differ only in case; use one of them.`,
  )
}

function parseTagRequest(fields: Fields, kind: 'with values' | 'values optional'): Input {
  const ids = fields.get('Resources')
  const tags = fields.get('Tags')
  if (!Array.isArray(ids) || ids.length === 0 || ids.length > MAX_RESOURCES) {
    throw validationFailure('Resources is a list of 1 to 1000 instance ids.')
  }
  if (!Array.isArray(tags) || tags.length === 0 || tags.length > MAX_TAGS) {
    throw validationFailure(`Tags is a list of 1 to ${MAX_TAGS} of {Key, Value}.`)
  }
  const instanceIds = ids.map((id: unknown) => {
    if (typeof id !== 'string' || id.length > 32 || !INSTANCE_ID_PATTERN.test(id)) {
      throw validationFailure('Resources holds something that is not an instance id.')
    }
    return id
  })
  return { instanceIds, tags: tags.map((tag: unknown) => parseTag(tag, kind)) }
}

function parseTag(tag: unknown, kind: 'with values' | 'values optional') {
  const { Key: key, Value: value } = (tag ?? {}) as Record<string, unknown>
  const missing = kind === 'with values' ? '' : undefined
  if (typeof key !== 'string' || (value !== undefined && typeof value !== 'string')) {
    throw validationFailure('A tag has a Key and a Value, both text.')
  }
  const problem = tagProblem(key, value ?? '')
  if (problem !== undefined) throw validationFailure(`${problem}.`)
  return { key, value: value ?? missing }
}

/** Unknown instances are asked about like others, without tags: whether they exist is told only to who may know. */
async function resources(input: Input, { realm, store }: World): Promise<readonly Resource[]> {
  return Promise.all(
    input.instanceIds.map(async (id) => {
      const instance = await store.instances.get(id)
      return { arn: instanceArn(realm, id), ...(instance && { instance }) }
    }),
  )
}

function requestTags(input: Input) {
  return {
    ...Object.fromEntries(
      input.tags.map(({ key, value }) => [`aws:RequestTag/${key}`, value ?? '']),
    ),
    'aws:TagKeys': input.tags.map(({ key }) => key),
  }
}

function trail({ instanceIds, tags }: Input) {
  const [instanceId] = instanceIds
  return {
    requestParameters: { resources: instanceIds, tags },
    ...(instanceId !== undefined && instanceIds.length === 1 ? { instanceId } : {}),
  }
}

async function change(
  input: Input,
  store: World['store'],
  changeFor: (present: Tags) => TagChange,
): Promise<object> {
  const found = await Promise.all(
    input.instanceIds.map(async (id) => {
      const instance = await store.instances.get(id)
      if (instance === undefined) throw instanceIdNotFound(id)
      return instance
    }),
  )
  const changes = found.map(({ instanceId, tags }) => ({ instanceId, change: changeFor(tags) }))
  const done = await Promise.all(
    changes.map(({ instanceId, change: wanted }) => store.instances.changeTags(instanceId, wanted)),
  )
  const gone = done.indexOf(false)
  if (gone >= 0) throw instanceIdNotFound(input.instanceIds[gone] ?? '')
  return { Return: true }
}
