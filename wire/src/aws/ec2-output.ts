import { ec2ElementName } from './ec2-element-name.ts'
import { tellOutput, type OutputStructure, type ToldOutput } from './output.ts'
import type { QueryAnswer } from './query-output.ts'
import { xmlElement, xmlText } from './xml.ts'

/**
 * The body of an answer of EC2 (`text/xml;charset=UTF-8`): the members stand beside `requestId`, without a Result around them; a time is
 * ISO 8601 in UTC with milliseconds, a list `<item>` elements. An empty list is an empty element, never left out: the AWS CLI fails
 * without it. Absent members are.
 */
export function encodeEc2Output({ action, xmlns, requestId, output = {} }: QueryAnswer): string {
  const id = xmlElement('requestId', xmlText(requestId))
  return xmlElement(`${action}Response`, id + membersOf(output, action), xmlns)
}

function membersOf(structure: OutputStructure, parent: string): string {
  return Object.entries(structure)
    .map(([member, value]) => [member, tellOutput(value)] as const)
    .filter(([, told]) => told.kind !== 'absent')
    .map(([member, told]) => {
      const kind = told.kind === 'list' ? 'list' : 'other'
      return xmlElement(ec2ElementName(member, { kind, parent }), contentOf(told, member))
    })
    .join('')
}

function contentOf(told: ToldOutput, member: string): string {
  switch (told.kind) {
    case 'absent':
      return ''
    case 'text':
    case 'policy':
      return xmlText(told.text)
    case 'number':
      return String(told.number)
    case 'boolean':
      return String(told.boolean)
    case 'time':
      return told.time.toISOString()
    case 'blob':
      return told.bytes.toBase64()
    case 'list':
      return told.items
        .map((item) => xmlElement('item', contentOf(tellOutput(item), member)))
        .join('')
    case 'map':
      throw new TypeError('EC2 has no maps')
    case 'structure':
      return membersOf(told.members, member)
  }
}
