import type { ApiClient } from '../api/api-client.ts'
import { withApi } from '../api/with-api.ts'
import { Failure, usageFailure } from '../failure.ts'
import { findInstance } from '../instance/find-instance.ts'
import type { ListedInstance } from '../instance/list-instances.ts'
import type { Screen } from '../screen.ts'
import { parseSshCommandLine, type SshCommandLine } from '../ssh/command-line.ts'
import { checkOsUser } from '../ssh/login-target.ts'
import type { SshProgram } from '../ssh/connect.ts'
import { isPlainPath } from '../ssh/plain-path.ts'

/** `fleetkey ssh`; answers with ssh's exit code. */
export async function ssh(argv: readonly string[], screen: Screen): Promise<number> {
  const line = parseSshCommandLine(argv)
  if (line.osUser !== undefined) checkOsUser(line.osUser)
  const forwardAgent = line.forwardAgent ? ownAgent(screen) : undefined
  return withApi(screen, line.flags, async (api, settings) => {
    const osUser = checkOsUser(line.osUser ?? settings.osUser)
    const instance = lookUp(api, line, screen)
    // Its refusal is met in connect, which is loaded while the server answers.
    instance.catch(() => {})
    const { connect } = await import('../ssh/connect.ts')
    const { sshArguments } = await import('../ssh/ssh-arguments.ts')
    const program: SshProgram = {
      name: 'ssh',
      arguments: (target, files, { more, proxyCommand }) =>
        sshArguments(target, files, {
          ...line,
          forwardAgent,
          proxyCommand,
          options: [...line.options, ...more],
        }),
    }
    return connect({ line, program, instance, osUser }, api, screen)
  })
}

async function lookUp(
  api: ApiClient,
  line: SshCommandLine,
  screen: Screen,
): Promise<ListedInstance> {
  if (line.target) return findInstance(api, line.target)
  if (screen.interactive) {
    return (await import('../instance/pick-instance.ts')).pickInstance(api, screen)
  }
  throw usageFailure('Which instance?', 'fleetkey ssh [USER@]INSTANCE; see fleetkey instances')
}

/** The agent that -A shares; ssh would otherwise forward ours, which is of no use there. */
function ownAgent(screen: Screen): string {
  const path = screen.env['SSH_AUTH_SOCK']
  if (path !== undefined && isPlainPath(path)) return path
  throw new Failure('configuration', 'There is no ssh-agent of yours to forward.', {
    why: [path === undefined ? 'SSH_AUTH_SOCK is not set' : 'SSH_AUTH_SOCK is no plain path'],
    todo: ['Leave out -A, or start one: eval "$(ssh-agent)"'],
  })
}
