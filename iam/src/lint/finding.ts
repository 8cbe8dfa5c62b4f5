import type { PolicyDocument } from '../policy-document.ts'
import type { Statement } from '../statement.ts'

/** Something about a valid policy that its author should look at. */
export interface Finding {
  readonly level: Level
  /** Position of the statement, from 1; undefined when the whole document is meant. */
  readonly statement: number | undefined
  readonly sid: string | undefined
  /** What stands there. */
  readonly what: string
  /** What comes of it. */
  readonly why: string
  /** What to write instead. */
  readonly instead: string
}

/** An error is not what anybody can have meant; a warning seldom is; a suggestion makes the policy say it better. */
export type Level = 'error' | 'warning' | 'suggestion'

/** What a lint looks at. */
export interface LintedPolicy {
  readonly document: PolicyDocument
  readonly kind: LintedKind
  /** Where the policy is to hold; without it no lint asks whether an ARN is of this account or Region. */
  readonly home: Home | undefined
}

export type LintedKind = 'identity' | 'managed' | 'trust' | 'session'

export interface Home {
  readonly accountId?: string | undefined
  readonly region?: string | undefined
}

export type Lint = (policy: LintedPolicy) => readonly Finding[]

/** A finding of one statement. */
export type Said = Omit<Finding, 'statement' | 'sid'>

/** A lint that looks at one statement at a time. */
export function eachStatement(
  look: (statement: Statement, policy: LintedPolicy) => readonly Said[],
): Lint {
  return (policy) =>
    policy.document.statements.flatMap((statement) =>
      look(statement, policy).map((said) => ({
        ...said,
        statement: statement.number,
        sid: statement.sid,
      })),
    )
}
