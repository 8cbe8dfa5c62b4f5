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

/** What `PreviewPolicyChange` answers. */
export interface Preview {
  /** The first of them. */
  readonly Changes: readonly Change[]
  readonly ChangeCount: number
  /** Whose policies change. */
  readonly PrincipalCount: number
  /** For so many of them it was tried out; the rest was too much for one request. */
  readonly PrincipalsTried: number
}

const RANK: Readonly<Record<Decision, number>> = { denied: 0, conditional: 1, allowed: 2 }

export const isGain = ({ Before, After }: Change): boolean => RANK[After] > RANK[Before]

export const nameOfInstance = ({ InstanceName, InstanceId }: Change): string =>
  InstanceName === undefined || InstanceName === '' ? InstanceId : InstanceName

/** What changes, in a sentence: who gains and who loses how much. */
export function changeInWords({ Changes, ChangeCount, PrincipalCount }: Preview): string {
  if (ChangeCount === 0) {
    return PrincipalCount === 0
      ? 'No user and no role has other policies by it: nobody would gain or lose a login.'
      : 'Nobody would gain or lose a login.'
  }
  const gains = Changes.filter(isGain)
  const losses = Changes.filter((change) => !isGain(change))
  const people = (some: readonly Change[]) => new Set(some.map((one) => one.PrincipalArn)).size
  const said = (some: readonly Change[], verb: string) =>
    some.length === 0
      ? []
      : [
          `${people(some)} ${people(some) === 1 ? 'principal' : 'principals'} would ${verb} ${some.length} ${some.length === 1 ? 'login' : 'logins'}`,
        ]
  const rest = ChangeCount - Changes.length
  return `${[...said(gains, 'gain'), ...said(losses, 'lose')].join(', ')}${rest > 0 ? `, and ${rest} more change` : ''}.`
}

/** That it was not tried out for all, where it was not. */
export function untriedInWords({ PrincipalCount, PrincipalsTried }: Preview): string | undefined {
  if (PrincipalsTried >= PrincipalCount) return undefined
  return `Tried out for ${PrincipalsTried} of ${PrincipalCount} principals whose policies change: all of it is too much for one request. The others may gain or lose logins, too.`
}

/** What some of them gain or lose, in a line. */
export interface PreviewLine {
  /** Of whom all of it holds. */
  readonly principalArns: readonly string[]
  readonly isGain: boolean
  /** `can then connect to web-1, web-2 and 3 more as root` */
  readonly says: string
}

/** More lines than this nobody reads: then the sentence is all, and the table. */
const MOST_LINES = 6
const MOST_NAMES = 4

/** By what is the same for how many; none where there are too many. */
export function linesOf({ Changes, ChangeCount }: Preview): readonly PreviewLine[] {
  // What is left out could be about anybody.
  if (ChangeCount > Changes.length) return []
  const byUser = Map.groupBy(Changes, (one) =>
    JSON.stringify([one.PrincipalArn, one.Before, one.After, one.InstanceOSUser]),
  )
  // As several users on the very same instances is one line.
  const byPlaces = Map.groupBy(byUser.values(), (lot) =>
    JSON.stringify([
      lot[0]?.PrincipalArn,
      lot[0]?.Before,
      lot[0]?.After,
      lot.map(({ InstanceId }) => InstanceId),
    ]),
  )
  const lines = [...byPlaces.values()].flatMap((lots) => {
    const [first] = lots.flat()
    if (first === undefined) return []
    const places = (lots[0] ?? []).map(nameOfInstance)
    const users = lots.flatMap(([one]) => (one === undefined ? [] : [userInWords(one)]))
    return [
      {
        // What is told apart below, also where the sentence leaves some out.
        key: JSON.stringify([places, users, first.Before, first.After]),
        principalArn: first.PrincipalArn,
        isGain: isGain(first),
        says: `${becomesInWords(first)} ${listed(places, 'and')} as ${listed(users, 'or')}`,
      },
    ]
  })
  const byWhat = Map.groupBy(lines, ({ key }) => key)
  if (byWhat.size > MOST_LINES) return []
  return [...byWhat.values()].flatMap((same) => {
    const [first] = same
    if (first === undefined) return []
    const principalArns = same.map(({ principalArn }) => principalArn)
    return [{ principalArns, isGain: first.isGain, says: first.says }]
  })
}

/** As the API names all of them together. */
const userInWords = ({ InstanceOSUser }: Change): string =>
  InstanceOSUser === '(any other)' ? 'any OS user that no policy names' : InstanceOSUser

function becomesInWords(change: Change): string {
  if (change.After === 'conditional') {
    return isGain(change)
      ? 'can then, depending on the moment, connect to'
      : 'can then only depending on the moment connect to'
  }
  return isGain(change) ? 'can then connect to' : 'can no longer connect to'
}

function listed(names: readonly string[], word: 'and' | 'or'): string {
  const left = names.length - MOST_NAMES
  if (left > 1) return `${names.slice(0, MOST_NAMES).join(', ')} ${word} ${left} more`
  const last = names.at(-1) ?? ''
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} ${word} ${last}`
}
