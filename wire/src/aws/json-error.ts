/** What an AWS JSON 1.1 error says: clients dispatch on the code, people read the message. */
export interface JsonError {
  readonly code: string
  readonly message: string
  /** Ours, beside AWS's members: why a denial fell and what would change it. */
  readonly explanation?: string | undefined
}

/**
 * The body of an error. The code has to be in here: the boto family reads it from nowhere else. `Message` with a capital
 * M is the member's name in the EC2 Instance Connect API.
 */
export function encodeJsonError({ code, message, explanation }: JsonError): string {
  // JSON.stringify leaves out what is undefined.
  return JSON.stringify({ __type: code, Message: message, Explanation: explanation })
}

/** Reads an error's body, of AWS's own services too: `namespace#Code`, `Code:http://…`, `message`. */
export function parseJsonError(body: string): JsonError | undefined {
  const value = parseJson(body)
  if (typeof value !== 'object' || value === null) return undefined
  const { __type: type, Message, message } = value as Readonly<Record<string, unknown>>
  if (typeof type !== 'string') return undefined
  const [code = ''] = type.slice(type.indexOf('#') + 1).split(':')
  const text = [Message, message].find((candidate) => typeof candidate === 'string')
  return code === '' ? undefined : { code, message: typeof text === 'string' ? text : '' }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
