import { startAgents } from './agents-process.ts'
import { atLeast, medianFigure, spreadOf, type Figure } from './figure.ts'
import { startProgram } from './forked-program.ts'
import { openConnections, type HttpRequest } from './http-connections.ts'
import { inFlight } from './in-flight.ts'
import { cpuTime } from './process-figures.ts'
import type { Question } from './question.ts'
import { sshPublicKey, startSimulatedFleet } from './simulated-fleet.ts'

const IN_FLIGHT = 64

/** Something that takes pushes, to be measured in turns with others. */
interface Subject {
  readonly name: string
  readonly url: string
  readonly ca: string | undefined
  readonly pid: number
  pushes(count: number): readonly HttpRequest[]
  stop(): Promise<void>
}

/** What one round saw. */
interface Round {
  readonly perSecond: number
  /** Of the server's process with all its threads. */
  readonly cpuMicroseconds: number
}

/**
 * How many pushes a second one node does when it has more than it can do, and which part that is of what the runtime could do without
 * audit, signatures and policy (`relay-program.ts`). Requests are signed ahead: the client shares the machine with the server.
 */
export const pushRate: Question = {
  name: 'push-rate',
  async ask(run) {
    const agents = run.quick ? 200 : 1000
    const [rounds, perRound] = run.quick ? [3, 1000] : [5, 4000]
    const subjects: Subject[] = []
    const seen = new Map<Subject, Round[]>()
    try {
      subjects.push(await startRelay(agents))
      for (const transport of ['plain', 'tls'] as const) {
        const fleet = await startSimulatedFleet(run, { transport, agents })
        subjects.push({ name: `server, ${transport}`, ...fleet.server, ...fleet })
      }
      for (const subject of subjects) await measure(subject, perRound) // warms up
      for (let round = 1; round <= rounds; round++) {
        run.say(`round ${round} of ${rounds}`)
        for (const subject of subjects)
          seen.set(subject, [...(seen.get(subject) ?? []), await measure(subject, perRound)])
      }
    } finally {
      for (const subject of subjects) await subject.stop()
    }
    return figures([...seen])
  },
}

async function measure(subject: Subject, count: number): Promise<Round> {
  const pushes = subject.pushes(count)
  const connections = openConnections(subject)
  try {
    // Opens the connections.
    await inFlight(IN_FLIGHT, subject.pushes(IN_FLIGHT), connections.post)
    const cpuBefore = cpuTime(subject.pid)
    const start = performance.now()
    await inFlight(IN_FLIGHT, pushes, connections.post)
    const seconds = (performance.now() - start) / 1000
    return {
      perSecond: count / seconds,
      cpuMicroseconds: (cpuTime(subject.pid) - cpuBefore) / count,
    }
  } finally {
    connections.close()
  }
}

function figures(seen: readonly (readonly [Subject, readonly Round[]])[]): Figure[] {
  const rate = (rounds: readonly Round[] = []) =>
    spreadOf(rounds.map(({ perSecond }) => perSecond)).median
  const [relay, plain] = seen.map(([, rounds]) => rounds)
  return [
    {
      what: 'pushes/s, server ÷ bare relay, both plain',
      unit: '',
      value: rate(plain) / rate(relay),
      target: atLeast(0.6),
    },
    ...seen.flatMap(([{ name }, rounds]) => [
      medianFigure(`pushes/s, ${name}`, '/s', {
        values: rounds.map(({ perSecond }) => perSecond),
      }),
      medianFigure(`CPU per push, ${name}`, 'µs', {
        values: rounds.map(({ cpuMicroseconds }) => cpuMicroseconds),
      }),
    ]),
  ]
}

/** The yardstick, with as many agents. */
async function startRelay(count: number): Promise<Subject> {
  const relay = startProgram(new URL('./relay-program.ts', import.meta.url))
  const agents = startAgents()
  const stop = async () => {
    await agents.stop()
    await relay.stop()
  }
  try {
    const port = Number(await relay.nextMessage(10_000))
    const url = `http://127.0.0.1:${port}`
    const instanceIds = Array.from({ length: count }, (_, number) => `i-${number}`)
    await agents.link({ kind: 'bare', target: { url }, instanceIds })
    const publicKey = sshPublicKey()
    const push = (number: number): HttpRequest => ({
      path: '/',
      headers: { 'content-type': 'application/x-amz-json-1.1' },
      body: Buffer.from(
        JSON.stringify({
          InstanceId: instanceIds[number % count],
          InstanceOSUser: 'ec2-user',
          SSHPublicKey: publicKey,
        }),
      ),
    })
    return {
      name: 'bare relay',
      url,
      ca: undefined,
      pid: relay.pid,
      pushes: (wanted) => Array.from({ length: wanted }, (_, number) => push(number)),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}
