import { tellOutput, type Output, type OutputStructure } from './output.ts'

/**
 * The body of an AWS JSON 1.1 answer: a time is a number of seconds since 1970, a policy document its text, a blob base64, a map an
 * object. Absent members are left out.
 */
export function encodeJsonOutput(output: OutputStructure): string {
  return JSON.stringify(plain(output))
}

/** The same as a value, for what is told beside answers. */
export function plainOutput(output: OutputStructure): Readonly<Record<string, unknown>> {
  return record(Object.entries(output))
}

function plain(value: Output | undefined): unknown {
  const told = tellOutput(value)
  switch (told.kind) {
    case 'absent':
      // null stays: the records of the trail have it. JSON.stringify leaves out what is undefined.
      return value
    case 'text':
    case 'policy':
      return told.text
    case 'number':
      return told.number
    case 'boolean':
      return told.boolean
    case 'time':
      return told.time.getTime() / 1000
    case 'blob':
      return told.bytes.toBase64()
    case 'list':
      return told.items.map(plain)
    case 'map':
      return record(told.entries)
    case 'structure':
      return record(Object.entries(told.members))
  }
}

/** Without prototype, so that `__proto__` is a name like others. */
function record(
  members: Iterable<readonly [string, Output | undefined]>,
): Readonly<Record<string, unknown>> {
  const made = Object.create(null) as Record<string, unknown>
  for (const [name, value] of members) made[name] = plain(value)
  return made
}
