import type { ApiClient } from '../api/api-client.ts'
import {
  answersOf,
  optionalTextOf,
  optionalTimeOf,
  textOf,
  timeOf,
  type Answer,
} from '../api/answer.ts'
import { GET_GRANT } from '../api/operations.ts'

/** What became of a pushed key, as the server tells it. Its texts come from hosts and people: not yet printable. */
export interface ShownGrant {
  readonly grantId: string
  readonly instanceId: string
  readonly osUser: string
  readonly fingerprint: string
  readonly pushedBy: string | undefined
  readonly state: string
  readonly usableUntil: number | undefined
  /** Why a login was refused, as a word; undefined when none was, or nobody knows. */
  readonly cause: string | undefined
  readonly says: string | undefined
  readonly mend: string | undefined
  readonly sourceAddress: string | undefined
  readonly steps: readonly ShownStep[]
}

export interface ShownStep {
  readonly kind: string
  readonly time: number
  readonly cause: string | undefined
  readonly says: string | undefined
  readonly sourceAddress: string | undefined
}

/** What was told that is no step. */
export interface ToldCause {
  readonly cause: string
  readonly sourceAddress: string | undefined
}

/**
 * Asks what became of a key. `waitSeconds`: until there is an end, or, with `known`, one step more or a cause that is none of these; at most
 * ten. `limitMs`: for people who have been told already that it did not work, and wait for the reason only.
 */
export async function getGrant(
  api: Pick<ApiClient, 'call'>,
  grantId: string,
  asked: {
    readonly waitSeconds: number
    readonly known?: { readonly steps: number; readonly causes: readonly ToldCause[] }
    readonly limitMs?: number
  },
): Promise<ShownGrant> {
  const { waitSeconds, known, limitMs } = asked
  const answer = await api.call(
    GET_GRANT,
    {
      GrantId: grantId,
      Wait: waitSeconds,
      ...(known === undefined
        ? {}
        : { KnownSteps: known.steps, KnownCauses: known.causes.map(named) }),
    },
    limitMs === undefined ? undefined : AbortSignal.timeout(limitMs),
  )
  return readGrant(answer)
}

const named = ({ cause, sourceAddress }: ToldCause) => ({
  Cause: cause,
  ...(sourceAddress === undefined ? {} : { SourceAddress: sourceAddress }),
})

function readGrant(answer: Answer): ShownGrant {
  return {
    grantId: textOf(answer, 'GrantId'),
    instanceId: textOf(answer, 'InstanceId'),
    osUser: textOf(answer, 'InstanceOSUser'),
    fingerprint: textOf(answer, 'Fingerprint'),
    pushedBy: optionalTextOf(answer, 'PrincipalArn'),
    state: textOf(answer, 'State'),
    usableUntil: optionalTimeOf(answer, 'UsableUntil'),
    mend: optionalTextOf(answer, 'Mend'),
    ...told(answer),
    steps: answersOf(answer, 'Steps').map((step) => ({
      kind: textOf(step, 'Kind'),
      time: timeOf(step, 'Time'),
      ...told(step),
    })),
  }
}

const told = (answer: Answer) => ({
  cause: optionalTextOf(answer, 'Cause'),
  says: optionalTextOf(answer, 'Says'),
  sourceAddress: optionalTextOf(answer, 'SourceAddress'),
})
