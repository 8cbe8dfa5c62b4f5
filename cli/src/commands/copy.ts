import { withApi } from '../api/with-api.ts'
import { findInstance } from '../instance/find-instance.ts'
import type { Screen } from '../screen.ts'
import { parseScpLine, parseSftpLine } from '../ssh/copy-line.ts'
import { checkOsUser } from '../ssh/login-target.ts'

/** `fleetkey scp` and `fleetkey sftp`; answer with the exit code of the machine's own. */
export async function copy(
  name: 'scp' | 'sftp',
  argv: readonly string[],
  screen: Screen,
): Promise<number> {
  const line = name === 'scp' ? parseScpLine(argv) : parseSftpLine(argv)
  if (line.osUser !== undefined) checkOsUser(line.osUser)
  return withApi(screen, line.flags, async (api, settings) => {
    const osUser = checkOsUser(line.osUser ?? settings.osUser)
    const instance = findInstance(api, line.target)
    // Its refusal is met in connect, which is loaded while the server answers.
    instance.catch(() => {})
    const { connect } = await import('../ssh/connect.ts')
    const { copyArguments } = await import('../ssh/copy-arguments.ts')
    const program = {
      name,
      arguments: (
        target: Parameters<typeof copyArguments>[0],
        files: Parameters<typeof copyArguments>[1],
        asked: { readonly proxyCommand: string | undefined; readonly more: readonly string[] },
      ) =>
        copyArguments(target, files, {
          forwardAgent: undefined,
          proxyCommand: asked.proxyCommand,
          configFile: line.configFile,
          options: [...line.options, ...asked.more],
          operands: line.operands(target.instanceId),
        }),
    }
    return connect({ line, program, instance, osUser }, api, screen)
  })
}
