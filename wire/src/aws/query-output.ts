import { tellOutput, type Output, type OutputStructure } from './output.ts'
import { xmlElement, xmlText } from './xml.ts'

export interface QueryAnswer {
  readonly action: string
  /** Namespace of the API. */
  readonly xmlns: string
  readonly requestId: string
  /** Undefined: the operation has none, and the answer no Result element. */
  readonly output: OutputStructure | undefined
}

/**
 * The body of an answer of IAM or STS (`text/xml`): a time is ISO 8601 in UTC, a policy document URL-encoded, a blob base64, a list
 * `<member>` elements, a map `<entry>` elements with key and value. Absent members are left out.
 */
export function encodeQueryOutput({ action, xmlns, requestId, output }: QueryAnswer): string {
  const result = output === undefined ? '' : xmlElement(`${action}Result`, membersOf(output))
  const metadata = xmlElement('ResponseMetadata', textElement('RequestId', requestId))
  return xmlElement(`${action}Response`, result + metadata, xmlns)
}

function membersOf(structure: OutputStructure): string {
  return Object.entries(structure)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => xmlElement(name, contentOf(value)))
    .join('')
}

function contentOf(value: Output | undefined): string {
  const told = tellOutput(value)
  switch (told.kind) {
    case 'absent':
      return ''
    case 'text':
      return xmlText(told.text)
    case 'number':
      return String(told.number)
    case 'boolean':
      return String(told.boolean)
    case 'time':
      // AWS tells whole seconds, and every client reads them.
      return told.time.toISOString().replace(/\.000Z$/, 'Z')
    case 'policy':
      return encodeRfc3986(told.text)
    case 'blob':
      return told.bytes.toBase64()
    case 'list':
      return told.items.map((item) => xmlElement('member', contentOf(item))).join('')
    case 'map':
      return [...told.entries].map(([key, item]) => entryElement(key, item)).join('')
    case 'structure':
      return membersOf(told.members)
  }
}

function entryElement(key: string, value: Output): string {
  return xmlElement('entry', textElement('key', key) + xmlElement('value', contentOf(value)))
}

function textElement(name: string, text: string): string {
  return xmlElement(name, xmlText(text))
}

/** Only unreserved characters stay bare (RFC 3986, section 2.3); encodeURIComponent leaves five more. */
function encodeRfc3986(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
