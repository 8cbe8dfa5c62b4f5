import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { freePort } from '../control-plane.ts'
import type { ClientEnvironment } from '../fleetkey.ts'
import { endsWithOwner, plainEnvironment, runProgram } from '../run-program.ts'
import { until } from '../until.ts'
import { findAwsCliV2 } from './aws-cli-v2.ts'
import { PYTHON } from './boto3.ts'

const STAND_IN = fileURLToPath(new URL('open-tunnel.py', import.meta.url))

/** What opens tunnels as AWS CLI v2 does: a stand-in that is always here, and that program itself where the machine has it. */
export interface TunnelClient {
  readonly name: string
  /** What stands before the options of `open-tunnel`, without a shell's characters. */
  readonly program: readonly [string, ...string[]]
}

export const standIn: TunnelClient = {
  name: 'the stand-in for AWS CLI v2',
  program: [PYTHON, '-B', STAND_IN],
}

export function tunnelClients(): readonly TunnelClient[] {
  const aws = findAwsCliV2()
  if (aws === undefined) return [standIn]
  const program = [aws, 'ec2-instance-connect', 'open-tunnel'] as const
  return [standIn, { name: 'AWS CLI v2', program }]
}

/** What `aws ec2-instance-connect open-tunnel` is told. */
export interface OpenTunnelOptions {
  readonly endpointId: string
  readonly dnsName: string
  readonly privateIpAddress: string
  /** Default 22. */
  readonly remotePort?: number
  /** Seconds; AWS's client leaves it out by default. */
  readonly maxTunnelDuration?: number
}

export function openTunnelCommand(
  client: TunnelClient,
  options: OpenTunnelOptions,
  ...more: readonly string[]
): readonly [string, ...string[]] {
  const { endpointId, dnsName, privateIpAddress, remotePort = 22, maxTunnelDuration } = options
  return [
    ...client.program,
    '--instance-connect-endpoint-id',
    endpointId,
    '--instance-connect-endpoint-dns-name',
    dnsName,
    '--private-ip-address',
    privateIpAddress,
    '--remote-port',
    String(remotePort),
    ...(maxTunnelDuration === undefined
      ? []
      : ['--max-tunnel-duration', String(maxTunnelDuration)]),
    ...more,
  ]
}

/** Its environment: AWS's settings, and the one variable by which its TLS finds a CA of ours. */
export function openTunnelEnvironment(asker: ClientEnvironment): Record<string, string> {
  const { AWS_CA_BUNDLE: caFile = '' } = asker
  return {
    ...plainEnvironment,
    HOME: '/dev/null/home',
    AWS_EC2_METADATA_DISABLED: 'true',
    ...asker,
    SSL_CERT_FILE: caFile,
  }
}

/** `open-tunnel --local-port`: each connection to the port is a tunnel. */
export interface TunnelListener {
  readonly port: number
  /** What it said so far of how tunnels went, a line each, both outputs. AWS's keeps what is no error until it ends. */
  readonly lines: readonly string[]
  stop(): Promise<void>
}

/** @param options.most how many tunnels at once */
export async function listenForTunnels(
  client: TunnelClient,
  asker: ClientEnvironment,
  options: OpenTunnelOptions & { readonly most: number },
): Promise<TunnelListener> {
  // It takes 0 for no port at all.
  const port = await freePort('127.0.0.1')
  const more = ['--local-port', String(port), '--max-websocket-connections', String(options.most)]
  const [program, ...args] = endsWithOwner(openTunnelCommand(client, options, ...more))
  const child = spawn(program, args, { detached: true, env: openTunnelEnvironment(asker) })
  const lines: string[] = []
  for (const output of [child.stdout, child.stderr]) {
    createInterface(output).on('line', (line) => lines.push(line))
  }
  const ended = once(child, 'exit')
  // Not by a connection: that would be a tunnel.
  const isListening = async () => {
    if (child.exitCode !== null) throw new Error(`open-tunnel ended:\n${lines.join('\n')}`)
    return (await runProgram(['ss', '-Hltn', 'sport', '=', `:${port}`])).stdout !== ''
  }
  await until('open-tunnel listens', isListening, 15_000)
  return { port, lines, stop: () => stop(child, ended) }
}

async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  // AWS's waits at SIGTERM for connections that may never end.
  child.kill('SIGKILL')
  await ended
}
