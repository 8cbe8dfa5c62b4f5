import type { ConnectTarget } from './connect-target.ts'

/** What stands in the way of every login to an instance, known before anybody tries. */
export interface Hindrance {
  readonly header: string
  readonly says: string
}

/** What is plain from the instance itself; the doctor looks further. */
export function hindranceOf({
  state,
  sshdVersion,
  problems,
}: Pick<ConnectTarget, 'state' | 'sshdVersion' | 'problems'>): Hindrance | undefined {
  switch (state) {
    case 'running':
      break
    case 'pending':
      return {
        header: 'No host has joined as this instance yet',
        says: 'Start a machine with its user data, or run the join command there. Then connect.',
      }
    case 'stopped':
      return {
        header: 'The agent of this host is not connected',
        says: 'A key cannot be brought to it. See on the host that fleetkey-agent runs and reaches this server.',
      }
    default:
      return {
        header: `The instance is ${state}`,
        says: 'Only instances that are running can be connected to.',
      }
  }
  if (sshdVersion === '') {
    return {
      header: 'There is no sshd on this host',
      says: 'Its agent found none. Install openssh-server there, and see that it runs.',
    }
  }
  if (problems.length === 0) return undefined
  return { header: 'The host says what stops logins there', says: problems.join(' ') }
}
