/** What an AWS JSON 1.1 error says: clients dispatch on the code, people read the message. */
export interface JsonError {
  readonly code: string
  readonly message: string
  /** Ours, beside AWS's members: why a denial fell and what would change it. */
  readonly explanation?: string | undefined
  /** Ours too: what a program needs to go on. */
  readonly members?: Readonly<Record<string, unknown>> | undefined
}

/**
 * The body of an error. The code has to be in here: the boto family reads it from nowhere else. `Message` with a capital
 * M is the member's name in the EC2 Instance Connect API.
 */
export function encodeJsonError({ code, message, explanation, members }: JsonError): string {
  // JSON.stringify leaves out what is undefined.
  return JSON.stringify({ __type: code, Message: message, Explanation: explanation, ...members })
}
