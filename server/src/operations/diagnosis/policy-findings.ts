import type { Finding } from '@fleetkey/domain/finding'
import type { Instance } from '@fleetkey/domain/instance'
import type { ContextValue } from '@fleetkey/iam/request-context'
import { momentKeys } from '../context-keys.ts'
import type { Call } from '../operation.ts'
import { ReachOf } from '../simulation/reach.ts'
import { callersOwn, subjectByArn } from '../simulation/subject.ts'
import { found } from './found.ts'
import type { DiagnosisInput } from './login-question.ts'

const CHECK = 'policy'
const LEAST_CHANGE = 'Least change: '

/** Whether a push would be allowed, decided as it would be, with the statement that decides. */
export async function findPolicy(
  { as, osUser, fromAddress }: DiagnosisInput,
  target: Pick<Instance, 'instanceId' | 'tags'>,
  call: Call,
): Promise<readonly Finding[]> {
  if (osUser === undefined) {
    return [
      found(
        CHECK,
        'note',
        'Policies were not asked: they decide for a user of the host, and none is named.',
      ),
    ]
  }
  const subject = as === undefined ? callersOwn(call) : await subjectByArn(as, call)
  const known = as === undefined ? ownMoment(call) : fromOf(fromAddress)
  const { kind, explanation } = new ReachOf(subject, call.realm).to(target, osUser, known)
  const lines = explanation.split('\n').filter((line) => line !== '')
  const why = lines.filter((line) => !line.startsWith(LEAST_CHANGE)).join(' ')
  const change = lines.find((line) => line.startsWith(LEAST_CHANGE))
  const whom = `${subject.arn} as ${osUser}`
  switch (kind) {
    case 'allowed':
      return [found(CHECK, 'good', `Policies let ${whom} in. ${why}`)]
    case 'conditional':
      // Of the caller the moment is known: then it is a no.
      if (as === undefined) return [refused(whom, why, change)]
      return [
        found(
          CHECK,
          'unknown',
          `Whether policies let ${whom} in depends on what only the moment tells (address, time, second factor). ${why}`,
        ),
      ]
    case 'denied':
      return [refused(whom, why, change)]
  }
}

/** Whether the caller may push a key for that user, over this very connection. */
export function mayPush(
  target: Pick<Instance, 'instanceId' | 'tags'>,
  osUser: string,
  call: Call,
): boolean {
  const reach = new ReachOf(callersOwn(call), call.realm)
  return reach.to(target, osUser, ownMoment(call)).kind === 'allowed'
}

function refused(whom: string, why: string, change: string | undefined): Finding {
  return found(CHECK, 'bad', `Policies do not let ${whom} in. ${why}`, {
    mend: {
      says: change ?? 'Ask an administrator for the right, or log in as somebody who has it.',
    },
  })
}

/** As a push would come over this very connection. */
function ownMoment(call: Call): ReadonlyMap<string, ContextValue> {
  const { caller, origin, secureTransport, now } = call
  return new Map(momentKeys({ origin, secureTransport, now: now(), mfaAt: caller.session?.mfaAt }))
}

const fromOf = (address: string | undefined): ReadonlyMap<string, ContextValue> =>
  new Map(address === undefined ? [] : [['aws:SourceIp', address]])
