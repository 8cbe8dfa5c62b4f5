import { createServer, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { DemoFailure } from './failure.ts'

/** What the server tells its launch program (docs/operate/launch.md). */
export interface LaunchOrder {
  readonly verb: 'launch' | 'terminate'
  readonly instanceId: string
  readonly tags: Readonly<Record<string, string>>
  /** Base64; with `launch`. */
  readonly userData?: string
}

/** There is no room. */
export class NoRoom extends Error {}

/** The answer as launch-program.ts gives it on: an exit code and words. */
export interface LaunchAnswer {
  readonly code: number
  readonly message: string
}

const PROGRAM = fileURLToPath(new URL('launch-program.ts', import.meta.url))

/** For `images` of the server's settings. */
export const launchProgramFor = (socket: string): readonly string[] => [
  process.execPath,
  '--disable-warning=ExperimentalWarning',
  PROGRAM,
  socket,
]

/**
 * Takes orders at a Unix socket, whose directory must be ours alone: the server's program brings them. `carryOut` rejects with what then goes
 * into the server's log.
 */
export async function listenForOrders(
  path: string,
  carryOut: (order: LaunchOrder) => Promise<void>,
): Promise<{ close(): Promise<void> }> {
  // Of sun_path in unix(7), with its end.
  if (Buffer.byteLength(path) > 107) {
    throw new DemoFailure(
      `The path ${path} is too long for a socket.`,
      'Choose a shorter one: fleetkey demo --dir /var/tmp/fleetkey-demo',
    )
  }
  const open = new Set<Socket>()
  // Half-open: the order ends where the sender ends, and the answer comes after.
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    socket.on('error', () => socket.destroy())
    void answer(socket, carryOut)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of open) socket.destroy()
      }),
  }
}

async function answer(
  socket: Socket,
  carryOut: (order: LaunchOrder) => Promise<void>,
): Promise<void> {
  const given = await result(async () => carryOut(JSON.parse(await allOf(socket)) as LaunchOrder))
  socket.end(`${JSON.stringify(given)}\n`)
}

/** Not stream/consumers: reading to the end with those closes the socket, and the answer is still to go. */
function allOf(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let all = ''
    socket.setEncoding('utf8')
    socket.on('data', (more: string) => (all += more))
    socket.on('end', () => resolve(all))
  })
}

async function result(work: () => Promise<void>): Promise<LaunchAnswer> {
  try {
    await work()
    return { code: 0, message: '' }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { code: error instanceof NoRoom ? 75 : 1, message }
  }
}
