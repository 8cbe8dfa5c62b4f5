import { MAX_TAGS, tagProblem } from '@fleetkey/domain/instance'

/** A tag as it is being edited. */
export interface TagDraft {
  readonly key: string
  readonly value: string
}

/** What to ask CreateTags and DeleteTags for. */
export interface TagChanges {
  readonly set: readonly { readonly Key: string; readonly Value: string }[]
  readonly remove: readonly { readonly Key: string }[]
}

export function tagChanges(
  before: ReadonlyMap<string, string>,
  drafts: readonly TagDraft[],
): TagChanges {
  const after = new Map(drafts.map(({ key, value }) => [key, value]))
  return {
    set: [...after].flatMap(([Key, Value]) => (before.get(Key) === Value ? [] : [{ Key, Value }])),
    remove: [...before.keys()].filter((key) => !after.has(key)).map((Key) => ({ Key })),
  }
}

/** Why the draft at this place cannot be a tag, as EC2 has it; undefined when it can. */
export function draftProblem(drafts: readonly TagDraft[], at: number): string | undefined {
  const draft = drafts[at]
  if (draft === undefined) return undefined
  const { key, value } = draft
  if (key === '') return 'A tag needs a key.'
  const problem = tagProblem(key, value)
  if (problem !== undefined) return `${problem}.`
  const earlier = drafts.slice(0, at).find((each) => each.key.toLowerCase() === key.toLowerCase())
  if (earlier === undefined) return undefined
  return earlier.key === key
    ? 'There is a tag of this key above.'
    : `${earlier.key} above differs in case only: policies could not tell them apart.`
}

/** What is wrong with all of them together, or with one of them. */
export function draftsProblem(drafts: readonly TagDraft[]): string | undefined {
  if (drafts.length > MAX_TAGS) return `There can be ${MAX_TAGS} tags.`
  for (const at of drafts.keys()) {
    const problem = draftProblem(drafts, at)
    if (problem !== undefined) return problem
  }
  return undefined
}
