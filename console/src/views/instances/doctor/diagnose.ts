import { parseFindings, type Finding } from '@fleetkey/domain/finding'
import { ApiRefusal } from '../../../api/api-refusal.ts'
import { call } from '../../../api/call.ts'

/** The login that is asked about. */
export interface Question {
  readonly instanceId: string
  /** Without it only what is the same for everybody is looked at. */
  readonly osUser: string | undefined
  /** Whence the login comes; default: where this browser is, as the control plane sees it. */
  readonly from: string | undefined
  /** ARN of the user or role whose way in it is; default: one's own. */
  readonly as: string | undefined
}

/** Asked one by one, so that each is shown as soon as it is there. */
export const CHECK_GROUPS = [
  { id: 'policy', name: 'policies and the instance', checks: ['policy', 'instance'] },
  { id: 'host', name: 'the host itself', checks: ['host'] },
  { id: 'reach', name: 'the way from the control plane', checks: ['reach'] },
  { id: 'tunnel', name: 'tunnels', checks: ['tunnel'] },
  { id: 'grants', name: 'earlier refusals', checks: ['grants'] },
] as const

export type CheckGroup = (typeof CHECK_GROUPS)[number]

interface FindingAnswer {
  readonly Check: string
  readonly State: string
  readonly Says: string
  readonly Cause?: string
  readonly Mend?: {
    readonly Says: string
    readonly Commands?: readonly string[]
    readonly Fix?: string
  }
}

/** What one group of checks found. One that fails by itself is a finding; without policies and inventory there is no diagnosis. */
export async function diagnose(
  { instanceId, osUser, from, as }: Question,
  { checks }: CheckGroup,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const input = {
    InstanceId: instanceId,
    Checks: checks,
    ...(osUser !== undefined && { OSUser: osUser }),
    ...(from !== undefined && { FromAddress: from }),
    ...(as !== undefined && { As: as }),
  }
  try {
    const answer = await call<{ readonly Findings: readonly FindingAnswer[] }>(
      'fleetkey',
      'Diagnose',
      input,
      signal,
    )
    return readFindings(answer.Findings)
  } catch (error) {
    const [check] = checks
    if (!(error instanceof ApiRefusal) || check === 'policy' || isDenial(error)) throw error
    return [{ check, state: 'unknown', says: error.message }]
  }
}

const isDenial = ({ code }: ApiRefusal): boolean => code === 'AccessDeniedException'

/** Throws for what is no finding: half a diagnosis would be taken for a whole one. */
export function readFindings(answers: readonly FindingAnswer[]): readonly Finding[] {
  const findings = parseFindings(
    answers.map(({ Check, State, Says, Cause, Mend }) => ({
      check: Check,
      state: State,
      says: Says,
      cause: Cause,
      mend: Mend && { says: Mend.Says, commands: Mend.Commands, fix: Mend.Fix },
    })),
  )
  if (findings === undefined) {
    throw new Error(
      'The control plane answered findings that this page does not know. Load it again.',
    )
  }
  return findings
}

/** What MendInstance did or, on a dry run, would do. */
export async function mend(
  { instanceId, osUser }: Pick<Question, 'instanceId' | 'osUser'>,
  fixes: readonly string[],
  { isDryRun }: { readonly isDryRun: boolean },
): Promise<readonly Finding[]> {
  const { Mends } = await call<{ readonly Mends: readonly FindingAnswer[] }>(
    'fleetkey',
    'MendInstance',
    {
      InstanceId: instanceId,
      Fixes: fixes,
      DryRun: isDryRun,
      ...(osUser !== undefined && { OSUser: osUser }),
    },
  )
  return readFindings(Mends)
}
