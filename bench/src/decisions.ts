import type { AccessRequest } from '@fleetkey/iam/access-request'
import { evaluate } from '@fleetkey/iam/evaluate'
import { parsePolicyDocument } from '@fleetkey/iam/policy-document'
import { largeSet, realisticSet, type DecisionSet, type PolicyJson } from './decision-set.ts'
import { atLeast, atMost, medianFigure, spreadOf, type Figure } from './figure.ts'
import { openYardstick } from './iam-simulate.ts'
import type { Question } from './question.ts'

/** Decides every request of a set once. */
export type Decide = () => void

/**
 * What a decision costs, its policies read once as the server keeps them. The yardstick is another evaluator, which is
 * measured only where somebody has installed it (`iam-simulate.ts`): it is no dependency of ours.
 */
export const decisions: Question = {
  name: 'decisions',
  async ask(run) {
    const [rounds, milliseconds] = run.quick ? [3, 50] : [15, 400]
    const realistic = realisticSet()
    const large = largeSet(1000)
    const subjects = new Map<string, { readonly decide: Decide; readonly requests: number }>([
      ['30 statements', { decide: ours(realistic), requests: realistic.requests.length }],
      ['1,000 statements', { decide: ours(large), requests: 1 }],
    ])
    const yardstick = await openYardstick(realistic)
    if (yardstick) {
      subjects.set('yardstick', { decide: yardstick, requests: realistic.requests.length })
    }
    const seen = new Map<string, number[]>()
    for (const { decide } of subjects.values()) microsecondsPer(decide, milliseconds) // warms up
    for (let round = 1; round <= rounds; round++) {
      run.say(`round ${round} of ${rounds}`)
      for (const [name, { decide, requests }] of subjects) {
        const each = microsecondsPer(decide, milliseconds) / requests
        seen.set(name, [...(seen.get(name) ?? []), each])
      }
    }
    return figures(seen)
  },
}

function ours({ identity, boundary, requests }: DecisionSet): Decide {
  const policies = { identity: identity.map(named), boundary: named(boundary) }
  const asked = requests.map(({ expect, context, ...request }) => ({
    request: { ...request, context: new Map(Object.entries(context)) } satisfies AccessRequest,
    expect,
  }))
  return () => {
    for (const { request, expect } of asked) {
      const { kind } = evaluate(request, policies)
      if (kind !== expect) throw new Error(`${request.action}: ${kind}, not ${expect}`)
    }
  }
}

const named = (document: PolicyJson, index = 0) => ({
  name: `policy ${index + 1}`,
  document: parsePolicyDocument(JSON.stringify(document), 'managed'),
})

/** Of the processor, threads that collect garbage included: what others do on the machine meanwhile is not in it. */
function microsecondsPer(decide: Decide, milliseconds: number): number {
  const [start, before] = [performance.now(), process.cpuUsage()]
  let times = 0
  while (performance.now() - start < milliseconds) {
    decide()
    times += 1
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / times
}

function figures(seen: ReadonlyMap<string, readonly number[]>): Figure[] {
  const valuesOf = (name: string) => seen.get(name) ?? []
  const [typical, other] = [valuesOf('30 statements'), valuesOf('yardstick')]
  const ratio = spreadOf(other).median / spreadOf(typical).median
  return [
    medianFigure('a decision on 30 statements', 'µs', { values: typical, target: atMost(5) }),
    medianFigure('decisions/s of one core on 30 statements', '/s', {
      values: typical.map((microseconds) => 1_000_000 / microseconds),
    }),
    medianFigure('a decision on 1,000 statements', 'µs', {
      values: valuesOf('1,000 statements'),
      target: atMost(1000),
    }),
    ...(other.length === 0
      ? []
      : [
          { what: 'decisions/s ÷ iam-simulate', unit: '', value: ratio, target: atLeast(20) },
          medianFigure('a decision of iam-simulate on the same 30', 'µs', { values: other }),
        ]),
  ]
}
