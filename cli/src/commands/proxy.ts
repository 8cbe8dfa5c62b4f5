import { isatty } from 'node:tty'
import { parseArgs } from 'node:util'
import { withApi } from '../api/with-api.ts'
import type { ConnectionFlags } from '../config/settings.ts'
import { EXIT_CODES } from '../exit-codes.ts'
import { usageFailure } from '../failure.ts'
import { findInstance, isInstanceId } from '../instance/find-instance.ts'
import { printable } from '../output.ts'
import type { Screen } from '../screen.ts'
import { placesOf } from '../ssh/login-target.ts'
import { parsePort } from '../ssh/port.ts'
import { carry } from '../tunnels/carry.ts'
import { parseMaxDuration } from '../tunnels/max-duration.ts'
import { reach, type Destination } from '../tunnels/reach.ts'
import { stdioEnd } from '../tunnels/stdio-end.ts'
import { isVia, type Via } from '../tunnels/via.ts'

/** What was asked of `fleetkey proxy`. */
interface ProxyLine {
  readonly flags: ConnectionFlags
  readonly meant: string
  readonly via: Via
  readonly address: string | undefined
  readonly family: 4 | 6 | undefined
  /** Default: that of the instance's sshd. */
  readonly port: number | undefined
  readonly maxSeconds: number | undefined
  readonly verbose: boolean
}

const SEE_HELP = 'See: fleetkey proxy --help'

/** `fleetkey proxy`: standard input and output to a port of an instance. It is part of every login, so it reads its line by itself. */
export async function proxy(argv: readonly string[], screen: Screen): Promise<number> {
  const line = parseProxyLine(argv)
  return withApi(screen, line.flags, async (api, settings) => {
    const far = await reach(await destinationOf(line, api), line, {
      api,
      settings,
      env: screen.env,
      verbose: line.verbose,
      watched: isatty(2),
      now: () => screen.now(),
      say: (text) => screen.err(`${printable(text)}\n`),
    })
    await carry(stdioEnd(), far)
    return EXIT_CODES.ok
  })
}

/** By id, address and port there is nothing to ask the server for. */
async function destinationOf(
  line: ProxyLine,
  api: Parameters<typeof findInstance>[0],
): Promise<Destination> {
  const { meant, address, port } = line
  if (isInstanceId(meant) && address !== undefined && port !== undefined) {
    const unknown = { address4: undefined, address6: undefined, facts: undefined }
    return {
      instanceId: meant,
      places: placesOf({ instanceId: meant, ...unknown }, line),
      port,
      network: () => findInstance(api, meant),
    }
  }
  const instance = await findInstance(api, meant)
  return {
    instanceId: instance.instanceId,
    places: placesOf(instance, line),
    port: port ?? instance.facts?.sshPort ?? 22,
    network: () => Promise.resolve(instance),
  }
}

export function parseProxyLine(argv: readonly string[]): ProxyLine {
  const { values, positionals } = parse(argv)
  const [meant, ...more] = positionals
  if (meant === undefined || more.length > 0) {
    throw usageFailure('fleetkey proxy takes one instance.', 'fleetkey proxy INSTANCE')
  }
  const { profile, endpoint, region, via = 'auto', address, port } = values
  if (!isVia(via)) {
    throw usageFailure(`"${via}" is no way.`, 'Use --via auto, direct or tunnel')
  }
  return {
    flags: {
      ...(profile === undefined ? {} : { profile }),
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(region === undefined ? {} : { region }),
    },
    meant,
    via,
    address,
    family: values['4'] ? 4 : values['6'] ? 6 : undefined,
    port: parsePort(port, SEE_HELP),
    maxSeconds: parseMaxDuration(values['max-duration'], SEE_HELP),
    verbose: values.verbose ?? false,
  }
}

function parse(argv: readonly string[]) {
  const text = { type: 'string' } as const
  const yes = { type: 'boolean' } as const
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        profile: text,
        endpoint: text,
        region: text,
        via: text,
        address: text,
        port: text,
        'max-duration': text,
        verbose: yes,
        '4': { ...yes, short: '4' },
        '6': { ...yes, short: '6' },
      },
    })
  } catch (error) {
    throw usageFailure(error instanceof Error ? error.message : String(error), SEE_HELP)
  }
}
