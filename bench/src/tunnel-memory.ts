import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { FLEETKEY } from '@fleetkey/fleet/fleetkey'
import { endsWithOwner } from '@fleetkey/fleet/run-program'
import type { Figure } from './figure.ts'
import { ownProcesses, residentMemory } from './process-figures.ts'
import type { Question } from './question.ts'
import { startTunnelFleet, type TunnelFleet, type Way } from './tunnel-fleet.ts'

const KIBIBYTE = 1024

/** One `fleetkey tunnel` takes 256 at once. */
const PER_LISTENER = 250

/** What tunnels cost that are open and carry nothing: the difference of resident memory between few and many, in the server and in the agent. */
export const tunnelMemory: Question = {
  name: 'tunnel-memory',
  async ask(run) {
    const fleet = await startTunnelFleet(run)
    try {
      const [few, many] = run.quick ? [20, 100] : [50, 500]
      const figures: Figure[] = []
      for (const way of [fleet.direct, fleet.throughAgent]) {
        run.say(`${few} and ${many} idle ones (${way.name})`)
        figures.push(...(await memoryAround(way, fleet, [few, many])))
      }
      return figures
    } finally {
      await fleet.stop()
    }
  },
}

async function memoryAround(
  way: Way,
  fleet: TunnelFleet,
  [few, many]: readonly [number, number],
): Promise<readonly Figure[]> {
  const port = way.argv.at(-1) ?? ''
  const listeners = await Promise.all(
    Array.from({ length: Math.ceil(many / PER_LISTENER) }, () => listen(fleet, port)),
  )
  const sockets: Socket[] = []
  const open = async (count: number) => {
    // Some at a time, as people come.
    while (sockets.length < count) {
      const more = Math.min(25, count - sockets.length)
      sockets.push(
        ...(await Promise.all(
          Array.from({ length: more }, (_each, n) => {
            const listener = listeners[Math.floor((sockets.length + n) / PER_LISTENER)]
            return echoed(listener?.port ?? 0)
          }),
        )),
      )
    }
    await new Promise((resolve) => setTimeout(resolve, 3000))
    return { server: memoryOf('main.ts server'), agent: memoryOf('main.ts agent run') }
  }
  try {
    const before = await open(few)
    const after = await open(many)
    return (['server', 'agent'] as const).map((where) => ({
      what: `memory per idle tunnel in the ${where}: ${way.name} (${few} → ${many})`,
      unit: 'KiB',
      value: (after[where] - before[where]) / (many - few) / KIBIBYTE,
    }))
  } finally {
    for (const socket of sockets) socket.destroy()
    await Promise.all(listeners.map((listener) => listener.stop()))
  }
}

/** An open tunnel: a byte has been there and back. */
async function echoed(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.write('echo\nx')
  await once(socket, 'data')
  return socket
}

function memoryOf(words: string): number {
  const [pid] = ownProcesses(words)
  if (pid === undefined) throw new Error(`${words} is gone`)
  return residentMemory(pid).all
}

async function listen({ web, env }: TunnelFleet, remotePort: string) {
  const argv = [
    FLEETKEY,
    'tunnel',
    web.instanceId,
    '--local-port',
    '0',
    '--remote-port',
    remotePort,
  ]
  const [program, ...args] = endsWithOwner(argv as [string, ...string[]])
  const child = spawn(program, args, { detached: true, env })
  const port = Promise.withResolvers<number>()
  for (const output of [child.stdout, child.stderr]) {
    createInterface(output).on('line', (line) => {
      const [, found] = /(?:127\.0\.0\.1:|port )(\d+)/.exec(line) ?? []
      if (found !== undefined) port.resolve(Number(found))
    })
  }
  const ended = once(child, 'exit')
  void ended.then(() => port.reject(new Error('fleetkey tunnel ended')))
  return {
    port: await port.promise,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
