import type { ApiClient } from '../api/api-client.ts'
import { EXIT_CODES } from '../exit-codes.ts'
import type { ListedInstance } from '../instance/list-instances.ts'
import { printable } from '../output.ts'
import type { Screen } from '../screen.ts'
import { forgetRoute } from '../tunnels/routes.ts'
import type { LoginFiles } from './firm-options.ts'
import { login, loginFiles, type LoginEnd } from './login.ts'
import { loginTarget, type LoginTarget } from './login-target.ts'
import { makeOneTimeKey } from './one-time-key.ts'
import { PrivateFolder } from './private-folder.ts'
import { quoted } from './quote.ts'
import { runSsh } from './run-ssh.ts'
import { chooseWay, throughProxy, type Way, type WayWish } from './way.ts'

/** ssh's own "it did not work". */
const SSH_FAILED = 255
/** When there is a tunnel to fall back to. */
const RECALLED_TIMEOUT = ['-o', 'ConnectTimeout=5'] as const

/** One of OpenSSH's programs, and what it is to do at the instance. */
export interface SshProgram {
  readonly name: 'ssh' | 'scp' | 'sftp'
  /** @param more options, after the person's own */
  arguments(
    target: LoginTarget,
    files: LoginFiles,
    asked: { readonly proxyCommand: string | undefined; readonly more: readonly string[] },
  ): readonly string[]
}

/** What a person asked for, of any of the programs. */
export interface ConnectLine extends WayWish {
  readonly port: number | undefined
  readonly printCommand: boolean
}

/** From the instance that was asked for to the program's exit code. The key is made while the server still answers. */
export async function connect(
  asked: {
    readonly line: ConnectLine
    readonly program: SshProgram
    readonly instance: Promise<ListedInstance>
    readonly osUser: string
  },
  api: ApiClient,
  screen: Screen,
): Promise<number> {
  const { line, osUser } = asked
  const firstKey = makeOneTimeKey()
  const instance = await asked.instance
  const reported = loginTarget(instance, { ...line, osUser })
  const way = chooseWay(reported, line, { env: screen.env, now: screen.now() })
  const target = way.kind === 'direct' ? { ...reported, address: way.address } : reported
  if (line.printCommand) return printCommand(asked.program, { target, way, screen })
  const attempt = (by: Way, key = makeOneTimeKey()) =>
    attemptLogin({ ...asked, instance, target, way: by, key }, api, screen)

  const { code, offered, explain } = await attempt(way, firstKey)
  if (code !== SSH_FAILED || offered || way.kind !== 'direct' || !way.recalled) return code
  // What answers there is perhaps another machine: ssh has said so, and a tunnel must not cover it up.
  if (await answers(target)) {
    await explain()
    return code
  }
  forgetRoute(screen.env, target.instanceId)
  screen.err(`fleetkey: ${target.address} does not answer any more; going through a tunnel\n`)
  return (await attempt(throughProxy(target, { ...line, via: 'tunnel' }))).code
}

async function attemptLogin(
  asked: Omit<Parameters<typeof connect>[0], 'instance'> & {
    readonly instance: ListedInstance
    readonly target: LoginTarget
    readonly way: Way
    readonly key: ReturnType<typeof makeOneTimeKey>
  },
  api: ApiClient,
  screen: Screen,
): Promise<LoginEnd> {
  const { program, way, target, line } = asked
  const step = steps(line.verbose, screen)
  if (way.kind === 'direct') step(`directly to ${target.address} port ${target.port}`)
  return inPrivateFolder(screen, (folder) =>
    login(
      {
        ...asked,
        isDirect: way.kind === 'direct',
        hasOtherWay: way.kind === 'direct' && way.recalled,
      },
      {
        api,
        folder,
        start: (files) => runSsh(program.name, programArguments(program, { target, files, way })),
        step,
        say: (text) => screen.err(`${printable(text)}\n`),
      },
    ),
  )
}

function programArguments(
  program: SshProgram,
  { target, files, way }: { target: LoginTarget; files: LoginFiles; way: Way },
): readonly string[] {
  return program.arguments(target, files, {
    proxyCommand: way.kind === 'proxy' ? way.command : undefined,
    more: way.kind === 'direct' && way.recalled ? RECALLED_TIMEOUT : [],
  })
}

async function answers({ address, port }: LoginTarget): Promise<boolean> {
  const { dial } = await import('../tunnels/dial.ts')
  const dialled = await dial([address], { port, timeoutMs: 2000 })
  dialled?.socket.destroy()
  return dialled !== undefined
}

/** What is in the folder is gone when this returns, whatever happens in between. */
async function inPrivateFolder<T>(
  screen: Screen,
  work: (folder: PrivateFolder) => Promise<T>,
): Promise<T> {
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

function steps(verbose: boolean, screen: Screen): (text: string) => void {
  if (!verbose) return () => {}
  return (text) => {
    const since = performance.now().toFixed(0).padStart(5)
    screen.err(`${screen.paintErr.faint(`${since} ms  ${printable(text)}`)}\n`)
  }
}

function printCommand(
  program: SshProgram,
  { target, way, screen }: { target: LoginTarget; way: Way; screen: Screen },
): number {
  const files = loginFiles({ file: (name) => `PRIVATE/${name}` })
  const words = [program.name, ...programArguments(program, { target, files, way })]
  screen.out(`${words.map(quoted).join(' ')}\n`)
  screen.err('PRIVATE is a folder that exists only during the connection. Nothing was pushed.\n')
  return EXIT_CODES.ok
}
