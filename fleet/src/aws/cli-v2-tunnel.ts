import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { ClientEnvironment } from '../fleetkey.ts'
import { endsWithOwner, plainEnvironment } from '../run-program.ts'
import { PYTHON } from './boto3.ts'

const PROGRAM = fileURLToPath(new URL('cli-v2-tunnel.py', import.meta.url))

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

/** The stand-in for AWS CLI v2 as a command line, without a shell's characters. */
export function openTunnelCommand(
  options: OpenTunnelOptions,
  ...more: readonly string[]
): readonly [string, ...string[]] {
  const { endpointId, dnsName, privateIpAddress, remotePort = 22, maxTunnelDuration } = options
  return [
    PYTHON,
    '-B',
    PROGRAM,
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
export function openTunnelEnvironment(client: ClientEnvironment): Record<string, string> {
  const { AWS_CA_BUNDLE: caFile = '' } = client
  return { ...plainEnvironment, HOME: '/proc/nonexistent', ...client, SSL_CERT_FILE: caFile }
}

/** `open-tunnel --local-port`: each connection to the port is a tunnel. */
export interface TunnelListener {
  readonly port: number
  /** What it said so far, a line each, both outputs. */
  readonly lines: readonly string[]
  stop(): Promise<void>
}

export async function listenForTunnels(
  client: ClientEnvironment,
  options: OpenTunnelOptions,
  most: number,
): Promise<TunnelListener> {
  const more = ['--local-port', '0', '--max-websocket-connections', String(most)]
  const [program, ...args] = endsWithOwner(openTunnelCommand(options, ...more))
  const child = spawn(program, args, { detached: true, env: openTunnelEnvironment(client) })
  const lines: string[] = []
  const listening = Promise.withResolvers<number>()
  for (const output of [child.stdout, child.stderr]) {
    createInterface(output).on('line', (line) => {
      lines.push(line)
      const [, port] = /^Listening for connections on port (\d+)\.$/.exec(line) ?? []
      if (port !== undefined) listening.resolve(Number(port))
    })
  }
  const ended = once(child, 'exit')
  void ended.then(() => listening.reject(new Error(`open-tunnel ended:\n${lines.join('\n')}`)))
  return { port: await listening.promise, lines, stop: () => stop(child, ended) }
}

async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  child.kill('SIGTERM')
  await ended
}
