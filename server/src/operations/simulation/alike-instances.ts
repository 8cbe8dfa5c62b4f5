import { keysAskedFor } from '@fleetkey/iam/keys-asked-for'
import { matchesAction } from '@fleetkey/iam/match-action'
import type { PolicyDocument } from '@fleetkey/iam/policy-document'
import { policiesOf, policyKinds, type PolicySet } from '@fleetkey/iam/policy-set'
import type { Statement } from '@fleetkey/iam/statement'
import type { TaggedInstance } from '../../store/store.ts'

const PUSH = 'ec2-instance-connect:sendsshpublickey'

/** Some that policies cannot tell apart. */
export type Lot = readonly TaggedInstance[]

/**
 * Puts instances together that policies cannot tell apart when a key is pushed: one of each lot decides for all. Policies tell instances
 * apart by the tags that they ask for, and by their ARN where they name one.
 */
export class AlikeInstances {
  readonly #instances: Lot
  /** Most people's policies ask for the same few tags. */
  readonly #known = new Map<string, readonly Lot[]>()

  constructor(instances: Lot) {
    this.#instances = instances
  }

  lotsFor(sets: readonly PolicySet[]): readonly Lot[] {
    const statements = sets.flatMap(pushStatements)
    if (statements.some(({ statement }) => !isBlind(statement))) {
      return this.#instances.map((instance) => [instance])
    }
    const asked = new Set(
      statements.flatMap(({ statement, document }) =>
        keysAskedFor(statement, document.version).flatMap(tagKeyIn),
      ),
    )
    const key = JSON.stringify([...asked].toSorted())
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const lots = byTags(this.#instances, asked)
    this.#known.set(key, lots)
    return lots
  }
}

function byTags(instances: Lot, asked: ReadonlySet<string>): readonly Lot[] {
  const lots = new Map<string, TaggedInstance[]>()
  for (const instance of instances) {
    const tags = Object.entries(instance.tags)
      .map(([key, value]) => [key.toLowerCase(), value] as const)
      .filter(([key]) => asked.has(key))
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
    const key = JSON.stringify(tags)
    const lot = lots.get(key)
    if (lot === undefined) lots.set(key, [instance])
    else lot.push(instance)
  }
  return [...lots.values()]
}

function pushStatements(
  set: PolicySet,
): readonly { statement: Statement; document: PolicyDocument }[] {
  return policyKinds
    .flatMap((kind) => policiesOf(set, kind) ?? [])
    .flatMap(({ document }) => document.statements.map((statement) => ({ statement, document })))
    .filter(({ statement: { action } }) => {
      const matches = action.entries.some((entry) => matchesAction(entry, PUSH))
      return matches === (action.element === 'Action')
    })
}

/** The tag that a condition key is about, in lower case. */
function tagKeyIn(key: string): readonly string[] {
  const [, tag] = /^(?:aws|ec2):resourcetag\/(.+)$/.exec(key.toLowerCase()) ?? []
  return tag === undefined ? [] : [tag]
}

/**
 * Whether its resources are the same for every instance. ARNs of instances differ behind the last slash alone: what ends in `/*` or `:*` is
 * decided before it.
 */
function isBlind({ resource }: Statement): boolean {
  return (resource?.entries ?? []).every(
    ({ text }) => text === '*' || (/[:/]\*$/.test(text) && !text.includes('$')),
  )
}
