import type { Decision } from '../api/shapes.ts'

/** A login that somebody would gain or lose, as `PreviewPolicyChange` answers it. */
export interface Change {
  readonly PrincipalArn: string
  readonly InstanceId: string
  readonly InstanceName?: string
  readonly InstanceOSUser: string
  readonly Before: Decision
  readonly After: Decision
}

const RANK: Readonly<Record<Decision, number>> = { denied: 0, conditional: 1, allowed: 2 }

export const isGain = ({ Before, After }: Change): boolean => RANK[After] > RANK[Before]

/** What changes, in a sentence: who gains and who loses how much. */
export function changeInWords(changes: readonly Change[], count: number): string {
  if (count === 0) return 'Nobody would gain or lose a login.'
  const gains = changes.filter(isGain)
  const losses = changes.filter((change) => !isGain(change))
  const people = (some: readonly Change[]) => new Set(some.map((one) => one.PrincipalArn)).size
  const said = (some: readonly Change[], verb: string) =>
    some.length === 0
      ? []
      : [
          `${people(some)} ${people(some) === 1 ? 'principal' : 'principals'} would ${verb} ${some.length} ${some.length === 1 ? 'login' : 'logins'}`,
        ]
  const rest = count - changes.length
  return `${[...said(gains, 'gain'), ...said(losses, 'lose')].join(', ')}${rest > 0 ? `, and ${rest} more change` : ''}.`
}
