import { atMost, spreadOf } from './figure.ts'
import { openConnections } from './http-connections.ts'
import type { Question } from './question.ts'
import { startSimulatedFleet } from './simulated-fleet.ts'

/**
 * How long one push takes when nothing else goes on, with everything on: TLS, signature, policy, durable intent and outcome, the
 * signed grant and the agent's signed acknowledgement. From the request's first byte to the answer's last, signing it not included.
 */
export const pushLatency: Question = {
  name: 'push-latency',
  async ask(run) {
    const fleet = await startSimulatedFleet(run, {
      transport: 'tls',
      agents: run.quick ? 200 : 1000,
    })
    const connections = openConnections(fleet.server)
    try {
      // Compiles what will run, on both sides.
      for (const push of fleet.pushes(run.quick ? 200 : 2000)) await connections.post(push)
      run.say('pushing, one at a time')
      const milliseconds: number[] = []
      for (const push of fleet.pushes(run.quick ? 500 : 5000)) {
        const start = performance.now()
        await connections.post(push)
        milliseconds.push(performance.now() - start)
      }
      const spread = spreadOf(milliseconds)
      return [
        {
          what: 'push, one at a time: p50',
          unit: 'ms',
          value: spread.median,
          spread,
          target: atMost(3),
        },
        { what: 'push, one at a time: p99', unit: 'ms', value: spread.p99, target: atMost(15) },
      ]
    } finally {
      connections.close()
      await fleet.stop()
    }
  },
}
