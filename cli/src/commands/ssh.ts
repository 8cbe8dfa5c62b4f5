import type { ApiClient } from '../api/api-client.ts'
import { withApi } from '../api/with-api.ts'
import type { Settings } from '../config/settings.ts'
import { EXIT_CODES } from '../exit-codes.ts'
import { Failure, usageFailure } from '../failure.ts'
import { findInstance } from '../instance/find-instance.ts'
import type { ListedInstance } from '../instance/list-instances.ts'
import { printable } from '../output.ts'
import type { Screen } from '../screen.ts'
import { parseSshCommandLine, type SshCommandLine } from '../ssh/command-line.ts'
import { login, loginFiles, type LoginRequest } from '../ssh/login.ts'
import { checkOsUser, loginTarget } from '../ssh/login-target.ts'
import { makeOneTimeKey } from '../ssh/one-time-key.ts'
import { PLAIN_PATH, PrivateFolder } from '../ssh/private-folder.ts'
import { runSsh } from '../ssh/run-ssh.ts'
import { sshArguments } from '../ssh/ssh-arguments.ts'

/** `fleetkey ssh`; answers with ssh's exit code. */
export async function ssh(argv: readonly string[], screen: Screen): Promise<number> {
  const line = parseSshCommandLine(argv)
  if (line.osUser !== undefined) checkOsUser(line.osUser)
  const forwardAgent = line.forwardAgent ? ownAgent(screen) : undefined
  return withApi(screen, line.flags, async (api, settings) => {
    const asked = lookUp(api, line, screen)
    // Made while the server answers. Its refusal is met below.
    asked.catch(() => {})
    const key = makeOneTimeKey()
    const instance = await asked
    const target = loginTarget(instance, { ...line, osUser: osUserFor(line, settings) })
    const request = { ...line, target, instance, key, forwardAgent }
    if (line.printCommand) return printCommand(request, screen)
    return inPrivateFolder(screen, (folder) =>
      login(request, {
        api,
        folder,
        startSsh: runSsh,
        step: steps(line, screen),
        say: (text) => screen.err(`${printable(text)}\n`),
      }),
    )
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

function osUserFor(line: SshCommandLine, settings: Settings): string {
  return checkOsUser(line.osUser ?? settings.osUser)
}

/** The agent that -A shares; ssh would otherwise forward ours, which is of no use there. */
function ownAgent(screen: Screen): string {
  const path = screen.env['SSH_AUTH_SOCK']
  if (path !== undefined && PLAIN_PATH.test(path)) return path
  throw new Failure('configuration', 'There is no ssh-agent of yours to forward.', {
    why: [path === undefined ? 'SSH_AUTH_SOCK is not set' : 'SSH_AUTH_SOCK is no plain path'],
    todo: ['Leave out -A, or start one: eval "$(ssh-agent)"'],
  })
}

/** What is in the folder is gone when this returns, whatever happens in between. */
async function inPrivateFolder(
  screen: Screen,
  work: (folder: PrivateFolder) => Promise<number>,
): Promise<number> {
  const folder = new PrivateFolder(screen.env)
  const remove = () => folder.remove()
  process.on('exit', remove)
  try {
    return await work(folder)
  } finally {
    process.off('exit', remove)
    remove()
  }
}

function steps(line: SshCommandLine, screen: Screen): (text: string) => void {
  if (!line.verbose) return () => {}
  return (text) => {
    const since = performance.now().toFixed(0).padStart(5)
    screen.err(`${screen.paintErr.faint(`${since} ms  ${printable(text)}`)}\n`)
  }
}

function printCommand(request: LoginRequest, screen: Screen): number {
  const files = loginFiles({ file: (name) => `$PRIVATE/${name}` })
  const words = ['ssh', ...sshArguments(request.target, files, request)].map(quoted)
  screen.out(`${words.join(' ')}\n`)
  return EXIT_CODES.ok
}

/** For a POSIX shell, when pasted. */
function quoted(word: string): string {
  if (/^[A-Za-z0-9_./:=@%+,-]+$/.test(word)) return word
  return `'${printable(word).replaceAll("'", String.raw`'\''`)}'`
}
