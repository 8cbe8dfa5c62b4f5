import type { OutputStructure } from './output.ts'
import type { ClientCase } from './query-clients.cases.ts'
import type { Members } from './validation.ts'

/** When what EC2 tells of came to be. */
export const launched = new Date('2026-02-03T04:05:06.789Z')
/** What a tag may hold. */
export const hostile = ` Zürich\r\n<&>"' 😀 `

/** Readers of members of a request. */
export const texts = (member: string) => (v: Members) => ({ [member]: v.stringList(member) })
export const text = (member: string) => (v: Members) => ({ [member]: v.optionalString(member) })
export const integer = (member: string) => (v: Members) => ({ [member]: v.optionalInteger(member) })
export const flag = (member: string) => (v: Members) => ({ [member]: v.optionalBoolean(member) })
export const filters = (v: Members) => ({
  Filters: v.structureList('Filters').map((filter) => ({
    Name: filter.requiredString('Name'),
    Values: filter.stringList('Values'),
  })),
})
export const tags = (v: Members) => ({
  Tags: v.structureList('Tags').map((tag) => ({
    Key: tag.requiredString('Key'),
    Value: tag.requiredString('Value'),
  })),
})
export const tagSpecifications = (v: Members) => ({
  TagSpecifications: v.structureList('TagSpecifications').map((specification) => ({
    ResourceType: specification.optionalString('ResourceType'),
    ...tags(specification),
  })),
})
/** One call of EC2; `parts` read the members of the request. */
export function ec2(
  operation: string,
  asked: Readonly<Record<string, unknown>>,
  rest: {
    readonly read?: readonly ((v: Members) => object)[]
    readonly output: OutputStructure
    readonly understood?: OutputStructure
  },
): ClientCase {
  const { read = [], output, understood } = rest
  return {
    service: 'ec2',
    operation,
    params: asked,
    read: (v) => Object.assign({}, ...read.map((part) => part(v))) as object,
    output,
    ...(understood === undefined ? {} : { understood }),
  }
}
