import { parseArgs } from 'node:util'
import { ConfigRefused, loadConfig, type ServerConfig } from './config.ts'
import { startServer } from './start-server.ts'

const HELP = `fleetkey server: the control plane

usage: fleetkey server [--config FILE] [--root-credentials FILE]

  --config FILE            settings (YAML); without it defaults and FLEETKEY_* variables
  --root-credentials FILE  at the very first start, write the root access key there (mode 0600)
                           instead of printing it

examples:
  fleetkey server --config /etc/fleetkey/server.yaml
  FLEETKEY_DATA_DIR=./data FLEETKEY_LISTEN_PORT=8443 fleetkey server

Stop it with SIGTERM or Ctrl-C: running requests are answered first. SSH sessions never depend on it.
Exit codes: 0 stopped, 64 command line, 70 could not start, 78 configuration.
`

/** Those of sysexits(3), as the other programs have them. */
const EXIT = { stopped: 0, usage: 64, failed: 70, configuration: 78 }

/** Runs until it is told to stop. Returns the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  let options
  try {
    options = parseArgs({
      args: [...argv],
      options: {
        config: { type: 'string' },
        'root-credentials': { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values
  } catch (error) {
    return complain(`${(error as Error).message}\nSee "fleetkey server --help".`, EXIT.usage)
  }
  if (options.help) {
    process.stdout.write(HELP)
    return EXIT.stopped
  }
  let config
  try {
    config = loadConfig(options.config, process.env)
  } catch (error) {
    if (!(error instanceof ConfigRefused)) throw error
    return complain(`the configuration is not right.\n${error.message}`, EXIT.configuration)
  }
  const { promise: ended, resolve: end } = Promise.withResolvers<number>()
  process.once('SIGTERM', () => end(EXIT.stopped))
  process.once('SIGINT', () => end(EXIT.stopped))
  let server
  try {
    server = await startServer(config, {
      rootCredentialsFile: options['root-credentials'],
    })
  } catch (error) {
    if (error instanceof ConfigRefused) {
      return complain(`the configuration is not right.\n${error.message}`, EXIT.configuration)
    }
    return complain(`it could not start: ${whatToDo(error as Error, config)}`, EXIT.failed)
  }
  const exitCode = await ended
  await server.close()
  return exitCode
}

function complain(text: string, exitCode: number): number {
  process.stderr.write(`fleetkey server: ${text}\n`)
  return exitCode
}

function whatToDo(error: NodeJS.ErrnoException, { listen }: ServerConfig): string {
  const mends: Readonly<Record<string, string>> = {
    EADDRINUSE: `something listens on ${listen.host} port ${listen.port} already. Stop it, or set listen.port.`,
    EADDRNOTAVAIL: `${listen.host} is not an address of this machine. Set listen.host.`,
    EACCES: `${error.message}. Run it as a user who may, or choose another dataDir or listen.port.`,
  }
  return mends[error.code ?? ''] ?? error.message
}
