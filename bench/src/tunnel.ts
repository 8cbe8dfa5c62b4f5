import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { atLeast, medianFigure, spreadOf, type Figure } from './figure.ts'
import type { Question } from './question.ts'
import { timedProgram } from './timed-program.ts'
import { startTunnelFleet, type TunnelFleet, type Way } from './tunnel-fleet.ts'

const MEGABYTE = 1_000_000

/**
 * What a tunnel carries and what it adds, against what people have today: `ssh -W` through a jump host. Raw bytes to a port of the same
 * host, in turns; all processes share this machine's cores.
 */
export const tunnel: Question = {
  name: 'tunnel',
  async ask(run) {
    const fleet = await startTunnelFleet(run)
    try {
      const ways = [fleet.jump, fleet.direct, fleet.throughAgent]
      for (const way of ways) await echoTimes(way, fleet, 20) // warms up
      const bytes = (run.quick ? 64 : 512) * 2 ** 20
      const [rates, delays] = [new Map<string, number[]>(), new Map<string, number[]>()]
      const note = (into: Map<string, number[]>, name: string, values: readonly number[]) =>
        into.set(name, [...(into.get(name) ?? []), ...values])
      for (let turn = 0; turn < (run.quick ? 2 : 5); turn++) {
        run.say(`turn ${turn + 1}`)
        for (const way of turn % 2 === 0 ? ways : ways.toReversed()) {
          note(rates, `${way.name}, up`, [bytes / MEGABYTE / (await upload(way, fleet, bytes))])
          note(rates, `${way.name}, down`, [bytes / MEGABYTE / (await download(way, fleet, bytes))])
          note(delays, way.name, await echoTimes(way, fleet, run.quick ? 100 : 400))
        }
      }
      return [...throughputs(rates, fleet), ...latencies(delays, fleet)]
    } finally {
      await fleet.stop()
    }
  },
}

function throughputs(rates: ReadonlyMap<string, readonly number[]>, fleet: TunnelFleet): Figure[] {
  const median = (name: string) => spreadOf(rates.get(name) ?? []).median
  const ratios = [fleet.direct, fleet.throughAgent].flatMap(({ name }) =>
    ['up', 'down'].map((direction) => ({
      what: `${name} ÷ ${fleet.jump.name}, ${direction}`,
      unit: '',
      value: median(`${name}, ${direction}`) / median(`${fleet.jump.name}, ${direction}`),
      target: atLeast(1),
    })),
  )
  const absolute = [...rates].map(([name, values]) => medianFigure(name, 'MB/s', { values }))
  return [...ratios, ...absolute]
}

function latencies(delays: ReadonlyMap<string, readonly number[]>, fleet: TunnelFleet): Figure[] {
  const median = (name: string) => spreadOf(delays.get(name) ?? []).median
  const added = [fleet.direct, fleet.throughAgent].map(({ name }) => ({
    what: `one byte there and back: ${name} − ${fleet.jump.name}`,
    unit: 'ms',
    value: median(name) - median(fleet.jump.name),
  }))
  const absolute = [...delays].map(([name, values]) =>
    medianFigure(`one byte there and back: ${name}`, 'ms', { values }),
  )
  return [...added, ...absolute]
}

/** Seconds. The pump is a program too, so that this process is not what is measured. */
async function upload(way: Way, { env }: TunnelFleet, bytes: number): Promise<number> {
  const pump = '{ echo up; head -c "$0" /dev/zero; } | "$@"'
  return (
    (await timedProgram(['sh', '-c', pump, String(bytes), ...way.argv], { env, timeoutMs })) / 1000
  )
}

async function download(way: Way, { env }: TunnelFleet, bytes: number): Promise<number> {
  const pump = 'n=$(echo "down $0" | "$@" | wc -c) && [ "$n" = "$0" ]'
  return (
    (await timedProgram(['sh', '-c', pump, String(bytes), ...way.argv], { env, timeoutMs })) / 1000
  )
}

const timeoutMs = 120_000

/** Milliseconds each: a byte, and its echo. */
async function echoTimes(way: Way, { env }: TunnelFleet, count: number): Promise<number[]> {
  const [program, ...args] = way.argv
  const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'close')
  try {
    child.stdin.write('echo\n')
    const times: number[] = []
    for (let n = 0; n < count; n++) {
      const start = performance.now()
      child.stdin.write('x')
      await once(child.stdout, 'data')
      times.push(performance.now() - start)
    }
    return times.slice(Math.min(10, count / 2))
  } finally {
    child.kill()
    await ended
  }
}
