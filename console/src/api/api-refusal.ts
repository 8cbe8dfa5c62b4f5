/** A "no" of the control plane, with what it says about it. */
export class ApiRefusal extends Error {
  /** AWS's code, e.g. `AccessDeniedException`; `Unreachable` when nobody answered. */
  readonly code: string
  /** HTTP status; 0 when nobody answered. */
  readonly status: number
  /** Which statements decided and the least change that would allow it, where a policy refused. */
  readonly explanation: string | undefined
  /** What it says beside that, for the page to go on with. */
  readonly members: Readonly<Record<string, unknown>>
  /** To find it in the event history. Empty when nobody answered. */
  readonly requestId: string
  /** Of several calls that belong together: what those before it have done, and nobody has undone. */
  readonly doneBefore: string | undefined
  /** Whether it may be done all the same: nobody answered what was to change something. */
  readonly isOpen: boolean

  constructor(facts: {
    readonly code: string
    readonly message: string
    readonly status: number
    readonly explanation?: string | undefined
    readonly members?: Readonly<Record<string, unknown>>
    readonly requestId?: string
    readonly doneBefore?: string | undefined
    readonly isOpen?: boolean
  }) {
    super(facts.message)
    this.name = 'ApiRefusal'
    this.code = facts.code
    this.status = facts.status
    this.explanation = facts.explanation
    this.members = facts.members ?? {}
    this.requestId = facts.requestId ?? ''
    this.doneBefore = facts.doneBefore
    this.isOpen = facts.isOpen ?? false
  }

  /** The same, with more told about it. */
  telling(more: {
    readonly message?: string
    readonly doneBefore?: string
    readonly isOpen?: boolean
  }): ApiRefusal {
    const { code, message, status, explanation, members, requestId, doneBefore, isOpen } = this
    const told = { code, message, status, explanation, members, requestId, doneBefore, isOpen }
    return new ApiRefusal({ ...told, ...more })
  }
}

/** Whatever was thrown, as something that a page can show. */
export function asRefusal(error: unknown): ApiRefusal {
  if (error instanceof ApiRefusal) return error
  const message = error instanceof Error ? error.message : String(error)
  return new ApiRefusal({ code: 'Unexpected', message, status: 0 })
}
