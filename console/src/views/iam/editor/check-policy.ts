import { ServiceException } from '@fleetkey/domain/exceptions/service-exception'
import type { Home, Level } from '@fleetkey/iam/lint/finding'
import { lintPolicy } from '@fleetkey/iam/lint/lint-policy'
import { policySize, QUOTAS } from '@fleetkey/iam/quotas'
import type { DocumentKind } from '@fleetkey/iam/statement'
import { validatePolicy } from '@fleetkey/iam/validate-policy'
import { locateFinding, locateRefusal, type Span } from './locate.ts'

/** Something to look at, with its place in the text. */
export interface Problem extends Span {
  readonly level: Level
  /** The lint's name, e.g. `any-os-user`; `not-valid` where IAM would refuse the policy. */
  readonly lint: string
  /** Both from 1. */
  readonly line: number
  readonly column: number
  readonly what: string
  readonly why: string
  readonly instead: string
  /** What to put in the place of the text there, where that is known. */
  readonly fix: string | undefined
}

export interface PolicyCheck {
  /** Whether IAM takes it. */
  readonly isValid: boolean
  /** The worst first. */
  readonly problems: readonly Problem[]
  /** Characters without white space, as they count. */
  readonly size: number
  readonly limit: number
}

/** What `fleetkey iam lint` says, with the place of each finding: the same parser and the same lints. */
export function checkPolicy(text: string, kind: DocumentKind, home?: Home): PolicyCheck {
  const size = { size: policySize(text), limit: LIMITS[kind] }
  let document
  try {
    document = validatePolicy(text, kind)
  } catch (error) {
    if (!(error instanceof ServiceException)) throw error
    return { isValid: false, problems: [refusalOf(text, error.message, kind)], ...size }
  }
  const problems = lintPolicy({ document, kind, home }).map((finding): Problem => {
    const { level, lint, what, why, instead } = finding
    const span = locateFinding(text, finding)
    return {
      level,
      lint,
      what,
      why,
      instead,
      fix: fixOf(text, span, instead),
      ...placed(text, span),
    }
  })
  return { isValid: true, problems, ...size }
}

/** An inline policy may be as large as that of a role; its owner's other policies are not known here. */
const LIMITS: Readonly<Record<DocumentKind, number>> = {
  identity: QUOTAS.inlinePolicySize.role,
  managed: QUOTAS.managedPolicySize,
  trust: QUOTAS.trustPolicySize,
  session: QUOTAS.sessionPolicySize,
}

/** A sentence that refuses the policy, also one of the server, as a problem at its place. */
export function refusalOf(text: string, message: string, kind: DocumentKind): Problem {
  const span = locateRefusal(text, message, kind)
  return {
    level: 'error',
    lint: 'not-valid',
    what: message,
    why: '',
    instead: '',
    fix: undefined,
    ...placed(text, span),
  }
}

/** Only where all of what stands there is to be replaced. */
function fixOf(text: string, { from, to }: Span, instead: string): string | undefined {
  const [, meant] = /Did you mean "([^"\\]+)"\?/.exec(instead) ?? []
  const there = text.slice(from, to)
  if (meant === undefined || !/^"[^"]*"$/.test(there)) return undefined
  // A service alone stands in front of the colon.
  if (meant.includes(':') || !there.includes(':')) return JSON.stringify(meant)
  return JSON.stringify(`${meant}${there.slice(there.indexOf(':'), -1)}`)
}

function placed(text: string, span: Span) {
  const before = text.slice(0, span.from).split('\n')
  return { ...span, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}
