/**
 * Why a file cannot be applied: `file` for what it cannot say (grammar, a name that nobody has), `policy` for a policy in it that is not
 * valid, `caller` where whoever applies it would have to be denied everything, `answer` for an account that is not told as IAM tells it.
 * Text from the file may stand in all of it.
 */
export class ApplyFault extends Error {
  readonly kind: 'file' | 'policy' | 'caller' | 'answer'
  readonly why: readonly string[]
  /** What to do about it. */
  readonly todo: readonly string[]

  constructor(
    kind: ApplyFault['kind'],
    message: string,
    more: { readonly why?: readonly string[]; readonly todo?: readonly string[] } = {},
  ) {
    super(message)
    this.name = 'ApplyFault'
    this.kind = kind
    this.why = more.why ?? []
    this.todo = more.todo ?? []
  }
}
