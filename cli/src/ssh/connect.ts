import type { ApiClient } from '../api/api-client.ts'
import { EXIT_CODES } from '../exit-codes.ts'
import type { ListedInstance } from '../instance/list-instances.ts'
import { printable } from '../output.ts'
import type { Screen } from '../screen.ts'
import type { SshCommandLine } from './command-line.ts'
import { login, loginFiles, type LoginRequest } from './login.ts'
import { loginTarget } from './login-target.ts'
import { makeOneTimeKey } from './one-time-key.ts'
import { PrivateFolder } from './private-folder.ts'
import { runSsh } from './run-ssh.ts'
import { sshArguments } from './ssh-arguments.ts'

/** From the instance that was asked for to ssh's exit code. The key is made while the server still answers. */
export async function connect(
  asked: {
    readonly line: SshCommandLine
    readonly instance: Promise<ListedInstance>
    readonly osUser: string
    readonly forwardAgent: string | undefined
  },
  api: ApiClient,
  screen: Screen,
): Promise<number> {
  const { line, osUser, forwardAgent } = asked
  const key = makeOneTimeKey()
  const instance = await asked.instance
  const target = loginTarget(instance, { ...line, osUser })
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
  const files = loginFiles({ file: (name) => `PRIVATE/${name}` })
  const words = ['ssh', ...sshArguments(request.target, files, request)].map(quoted)
  screen.out(`${words.join(' ')}\n`)
  screen.err('PRIVATE is a folder that exists only during the connection. Nothing was pushed.\n')
  return EXIT_CODES.ok
}

/** For a POSIX shell, when pasted. */
function quoted(word: string): string {
  if (/^[A-Za-z0-9_./:=@%+,-]+$/.test(word)) return word
  return `'${printable(word).replaceAll("'", String.raw`'\''`)}'`
}
