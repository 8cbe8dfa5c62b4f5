import type { Finding } from '@fleetkey/domain/finding'
import type { Instance } from '@fleetkey/domain/instance'
import type { Examination, LoginQuestion } from '../../agents/host-doctor.ts'
import type { World } from '../operation.ts'
import { found } from './found.ts'

/** What the host's agent finds, and what its clock shows. */
export async function findOnHost(
  instance: Instance,
  question: LoginQuestion,
  { hostDoctor }: Pick<World, 'hostDoctor'>,
): Promise<readonly Finding[]> {
  return judgeExamination(await hostDoctor.examine(instance, question))
}

export function judgeExamination(examination: Examination): readonly Finding[] {
  switch (examination.kind) {
    case 'examined':
      return [judgeClock(examination), ...examination.findings]
    case 'not-connected':
      return [found('host', 'unknown', 'The host cannot be asked: its agent is not connected.')]
    case 'not-able':
      return [
        found('host', 'unknown', 'The agent on the host is of a version that examines nothing.', {
          mend: { says: 'Update it.' },
        }),
      ]
    case 'refused':
      return [
        found('host', 'unknown', `The agent on the host refused to look: ${examination.says}`),
      ]
    case 'no-answer':
      return [found('host', 'unknown', 'The agent on the host did not answer in time.')]
  }
}

/** Beyond it, times that the host reports mislead whoever reads them. */
const NOTED_MS = 30_000
/** A signer's certificate lasts a day and is renewed when half of it is over: a host that is ahead by more takes it for one that has ended. */
const REFUSED_AHEAD_MS = 12 * 3600 * 1000

/** A key's 60 seconds are counted since the host's boot, so that its wall clock is of no matter to them. */
export function judgeClock({
  clockAheadMs,
  clockErrorMs,
}: Pick<Extract<Examination, { kind: 'examined' }>, 'clockAheadMs' | 'clockErrorMs'>): Finding {
  const off = Math.max(0, Math.abs(clockAheadMs) - clockErrorMs)
  const words = `The clock of the host is ${duration(Math.abs(clockAheadMs))} ${clockAheadMs > 0 ? 'ahead of' : 'behind'} that of this server`
  const mend = {
    says: 'Have the host keep its time.',
    commands: ['timedatectl', 'timedatectl set-ntp true'],
  }
  if (clockAheadMs > 0 && off > REFUSED_AHEAD_MS) {
    return found(
      'clock',
      'bad',
      `${words}: the agent takes what signs grants for ended, and refuses them.`,
      { mend },
    )
  }
  if (off > NOTED_MS) {
    return found('clock', 'note', `${words}: times that it reports are off by as much.`, { mend })
  }
  return found('clock', 'good', 'The clock of the host is right, as far as this server can tell.')
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 120) return `${seconds} s`
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`
}
