import { parseFindings, type Finding } from '@fleetkey/domain/finding'
import {
  answersOf,
  asAnswer,
  listOf,
  optionalTextOf,
  textOf,
  unexpected,
  type Answer,
} from '../api/answer.ts'
import type { ApiClient } from '../api/api-client.ts'
import { fleetkeyOperation } from '../api/operations.ts'
import { Failure } from '../failure.ts'
import type { Look } from './look.ts'

/** The login that is asked about. */
export interface Question {
  readonly instanceId: string
  readonly osUser: string | undefined
  /** ARN; undefined: one's own access. */
  readonly as: string | undefined
  readonly from: string | undefined
}

/** Asked one by one, so that each is shown as soon as it is there. What policies and the inventory say comes at once. */
const GROUPS = [
  { name: 'policy and instance', checks: ['policy', 'instance'] },
  { name: 'the host itself', checks: ['host'] },
  { name: 'the way from the server', checks: ['reach'] },
  { name: 'tunnels', checks: ['tunnel'] },
  { name: 'earlier refusals', checks: ['grants'] },
] as const

export function looksOfServer(api: Pick<ApiClient, 'call'>, question: Question): readonly Look[] {
  return GROUPS.map(({ name, checks }) => ({
    name,
    look: async () => diagnose(api, { question, checks }),
  }))
}

async function diagnose(
  api: Pick<ApiClient, 'call'>,
  { question, checks }: { readonly question: Question; readonly checks: readonly string[] },
): Promise<readonly Finding[]> {
  const { instanceId, osUser, as, from } = question
  try {
    const answer = await api.call(fleetkeyOperation('Diagnose'), {
      InstanceId: instanceId,
      Checks: checks,
      ...(osUser === undefined ? {} : { OSUser: osUser }),
      ...(as === undefined ? {} : { As: as }),
      ...(from === undefined ? {} : { FromAddress: from }),
    })
    return readFindings(answer, 'Findings')
  } catch (error) {
    // Without policies and inventory there is no diagnosis; the rest may be late or fail by itself.
    if (!(error instanceof Failure) || error.isDenial || checks.includes('policy')) throw error
    return [{ check: checks[0] ?? '', state: 'unknown', says: shown(error.message) }]
  }
}

/** Findings as the API spells them. */
export function readFindings(answer: Answer, field: string): readonly Finding[] {
  return answersOf(answer, field).map((one) => {
    const mend = one['Mend'] === undefined ? undefined : asAnswer(one['Mend'], 'Mend')
    const [finding] =
      parseFindings([
        {
          check: textOf(one, 'Check'),
          state: textOf(one, 'State'),
          says: textOf(one, 'Says'),
          cause: optionalTextOf(one, 'Cause'),
          mend: mend && {
            says: textOf(mend, 'Says'),
            commands: mend['Commands'] === undefined ? undefined : listOf(mend, 'Commands'),
            fix: optionalTextOf(mend, 'Fix'),
          },
        },
      ]) ?? []
    if (finding === undefined) throw unexpected(`an entry of ${field} is no finding`)
    return finding
  })
}

const shown = (text: string) => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 512)
