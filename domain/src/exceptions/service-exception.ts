/**
 * The catalogue of refusals: every expected "no" of the API is made by one function in this folder, so that
 * its code, status and wording stand in one place. Codes and statuses are AWS's where AWS has one
 * (EC2 Instance Connect API reference; EC2, STS and IAM error lists); `message` says what is wrong and what to do
 * next, and never holds a secret.
 */
export class ServiceException extends Error {
  /** Stable error code that clients dispatch on, e.g. `EC2InstanceNotFoundException`. */
  readonly code: string
  /** HTTP status. */
  readonly status: number
  /** Why the access decision fell, for denials: shown to the caller and, unless `recorded` says more, kept in the trail. */
  readonly explanation: string | undefined
  /** What only the trail says of it. */
  readonly recorded: string | undefined
  /** What a program needs to go on from here, beside the message: members of the answer in JSON. It is not recorded. */
  readonly members: Readonly<Record<string, unknown>> | undefined
  /** When asking again makes sense, where that is known. */
  readonly retryAfterSeconds: number | undefined

  constructor(refusal: {
    code: string
    status: number
    message: string
    explanation?: string
    recorded?: string
    members?: Readonly<Record<string, unknown>> | undefined
    retryAfterSeconds?: number | undefined
  }) {
    super(refusal.message)
    this.name = 'ServiceException'
    this.code = refusal.code
    this.status = refusal.status
    this.explanation = refusal.explanation
    this.recorded = refusal.recorded ?? refusal.explanation
    this.members = refusal.members
    this.retryAfterSeconds = refusal.retryAfterSeconds
  }
}

/** For the functions of this folder alone, as are the two below. */
export function refuse(code: string, status: number, message: string): ServiceException {
  return new ServiceException({ code, status, message })
}

/** Text from outside, shortened and without control characters, for use inside a message. */
export function shown(text: string): string {
  return text.slice(0, 100).replace(/[^\x20-\x7e]/g, '?')
}

/** As `shown`, between quotes. */
export function quote(text: string): string {
  return `'${shown(text)}'`
}
