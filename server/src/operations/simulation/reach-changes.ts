import { heldBy, type Held, type Principal } from '@fleetkey/iam/apply/rights'
import type { Account, Directory } from '@fleetkey/iam/apply/directory'
import type { PolicySet } from '@fleetkey/iam/policy-set'
import type { TaggedInstance } from '../../store/store.ts'
import type { World } from '../operation.ts'
import { compiledPolicy } from '../policy-set-of.ts'
import { AlikeInstances, type Lot } from './alike-instances.ts'
import { osUsersNamedIn } from './os-users.ts'
import { ReachOf, type Reach } from './reach.ts'
import { subjectNamed, type Subject } from './subject.ts'
import { takeTurns, type Turns } from './turns.ts'

/** A login that somebody gains or loses. */
export interface ReachChange {
  readonly principalArn: string
  readonly instance: TaggedInstance
  readonly osUser: string
  readonly was: Reach['kind']
  readonly becomes: Reach['kind']
}

export interface ReachChanges {
  /** The first of them. */
  readonly changes: readonly ReachChange[]
  /** Of all that were found. */
  readonly count: number
  /** Whose policies change. */
  readonly principals: number
  /** So many of them were tried out, as far as time went. */
  readonly tried: number
}

/** As it is, and as it would be. */
export interface States {
  readonly before: { readonly directory: Directory; readonly account: Account }
  readonly after: { readonly directory: Directory; readonly account: Account }
  /** Of users and roles that there are, by `user alice`. */
  readonly ids: ReadonlyMap<string, string>
}

/** What is asked of the world. */
interface Fleet extends Pick<World, 'realm'> {
  readonly store: { readonly instances: Pick<World['store']['instances'], 'tagged'> }
}

/** More pushes than this are not tried out in one request. */
const MAX_DECISIONS = 400_000
const MAX_CHANGES = 1000

/** Tries out who may reach what before and after. What is too much for one request is left out, and told: `tried`. */
export async function reachChanges(
  states: States,
  world: Fleet,
  {
    mostDecisions = MAX_DECISIONS,
    turns = takeTurns(),
  }: { readonly mostDecisions?: number; readonly turns?: Pick<Turns, 'isInTime'> } = {},
): Promise<ReachChanges> {
  const instances = await world.store.instances.tagged()
  const order = new Map(instances.map(({ instanceId }, at) => [instanceId, at]))
  const at = ({ instance }: ReachChange) => order.get(instance.instanceId) ?? 0
  const whose = changedPrincipals(states)
  const scope = {
    ids: states.ids,
    realm: world.realm,
    alike: new AlikeInstances(instances),
    effort: { turns, left: mostDecisions },
  }
  const changes: ReachChange[] = []
  let count = 0
  let tried = 0
  for (const who of whose) {
    // Each has policies to compile, also where there is nothing to decide.
    if (!(await turns.isInTime())) break
    const found = await changesOf(who, scope)
    if (found === undefined) break
    tried += 1
    for (const { lot } of found) count += lot.length
    const room = MAX_CHANGES - changes.length
    if (room === 0) continue
    const each = found.flatMap(({ lot, ...change }) =>
      lot.map((instance) => ({ ...change, instance })),
    )
    changes.push(...each.toSorted((one, other) => at(one) - at(other)).slice(0, room))
  }
  return { changes, count, principals: whose.length, tried }
}

interface Scope {
  readonly ids: States['ids']
  readonly realm: World['realm']
  readonly alike: AlikeInstances
  readonly effort: { readonly turns: Pick<Turns, 'isInTime'>; left: number }
}

type LotChange = Omit<ReachChange, 'instance'> & { readonly lot: Lot }

/** Of one principal; undefined when it is too much. */
async function changesOf(
  who: ChangedPrincipal,
  { ids, realm, alike, effort }: Scope,
): Promise<readonly LotChange[] | undefined> {
  const before = subjectOfHeld(who, who.was, { ids, realm })
  const after = subjectOfHeld(who, who.becomes, { ids, realm })
  const [reach, then] = [new ReachOf(before, realm), new ReachOf(after, realm)]
  const sets = [before.policies, after.policies]
  const lots = alike.lotsFor(sets)
  const found: LotChange[] = []
  for (const osUser of osUsersNamedIn(sets)) {
    for (const lot of lots) {
      const [first] = lot
      if (first === undefined) continue
      effort.left -= 2
      if (effort.left < 0 || !(await effort.turns.isInTime())) return undefined
      const [was, becomes] = [reach.decide(first, osUser), then.decide(first, osUser)]
      if (was !== becomes) found.push({ principalArn: before.arn, lot, osUser, was, becomes })
    }
  }
  return found
}

interface ChangedPrincipal {
  readonly principal: Principal
  /** Undefined: there is nobody of that name. */
  readonly was: Held | undefined
  readonly becomes: Held | undefined
}

/** Whose policies, boundary or tags are others afterwards, users first, by name. */
function changedPrincipals({ before, after }: States): readonly ChangedPrincipal[] {
  return (['user', 'role'] as const).flatMap((kind) => {
    const people = kind === 'user' ? 'users' : 'roles'
    const names = new Set([...before.directory[people].keys(), ...after.directory[people].keys()])
    return [...names].toSorted().flatMap((name) => {
      const principal = { kind, name }
      const was = heldBy(principal, before.directory, before.account)
      const becomes = heldBy(principal, after.directory, after.account)
      return spelled(was) === spelled(becomes) ? [] : [{ principal, was, becomes }]
    })
  })
}

/** All that decides, in one spelling. Whoever has nothing is as nobody. */
function spelled(held: Held | undefined): string {
  if (held === undefined || held.documents.length === 0) return ''
  const { documents, boundary, holder } = held
  const texts = [...new Set(documents.map(({ canonical }) => canonical))].toSorted()
  const tags = [...holder.tags].toSorted(([one], [other]) => (one < other ? -1 : 1))
  return JSON.stringify([texts, boundary?.canonical, tags, holder.path])
}

function subjectOfHeld(
  { principal: { kind, name }, was, becomes }: ChangedPrincipal,
  held: Held | undefined,
  { ids, realm }: Pick<Scope, 'ids' | 'realm'>,
): Subject {
  const path = (was ?? becomes)?.holder.path ?? '/'
  // Of a new one nobody knows the id: what asks for it depends on the moment anyway.
  const id = ids.get(`${kind} ${name}`) ?? '(new)'
  return subjectNamed(
    { kind, id, name, path },
    { policies: policiesOf(held), tags: held?.holder.tags ?? [], realm },
  )
}

function policiesOf(held: Held | undefined): PolicySet {
  const named = (text: string) => ({ name: '', document: compiledPolicy(text, 'identity') })
  const { documents = [], boundary } = held ?? {}
  return {
    identity: documents.map(({ text }) => named(text)),
    ...(boundary !== undefined && { boundary: named(boundary.text) }),
  }
}
