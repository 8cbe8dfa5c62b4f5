import { ApplyFault } from './apply-fault.ts'
import { differences } from './difference.ts'
import type { Account, Directory } from './directory.ts'
import { documentOf } from './document.ts'
import { isPossible } from './is-possible.ts'
import {
  FENCE_NAME,
  FENCE_TEXT,
  isWithin,
  keepsAll,
  rightsOf,
  type Principal,
  type Rights,
} from './rights.ts'
import { afterStep, type Step } from './step.ts'

/**
 * The steps from one directory to the other, in an order in which nobody ever has a right that was not theirs before and is not to be
 * theirs: wherever it stops, it is safe. Where no order does that, the principal is denied everything while its rights are rebuilt
 * (a fence). The caller keeps what it has for as long as that is possible.
 * @throws ApplyFault `caller` when it is the caller who would have to be denied everything
 */
export function planSteps(before: Directory, wanted: Directory, account: Account): readonly Step[] {
  return new Planner(before, wanted, account).plan()
}

class Planner {
  readonly #before: Directory
  readonly #wanted: Directory
  readonly #account: Account
  readonly #steps: Step[] = []
  readonly #bounds = new Map<string, { before: Rights | undefined; wanted: Rights | undefined }>()
  readonly #blocked = new Set<Step>()
  readonly #blockedBy = new Map<string, readonly Step[]>()
  #now: Directory
  #left: Step[]

  constructor(before: Directory, wanted: Directory, account: Account) {
    this.#before = before
    this.#wanted = wanted
    this.#account = account
    this.#now = before
    this.#left = [...differences(before, wanted, account)]
  }

  plan(): readonly Step[] {
    while (this.#left.length > 0) this.#take(this.#next())
    for (const step of this.#fencesLeft()) this.#do(step)
    return this.#steps
  }

  #next(): Step {
    let possible: Step | undefined
    let safe: Step | undefined
    for (const step of this.#left) {
      if (this.#blocked.has(step)) {
        possible ??= step
        continue
      }
      if (!isPossible(step, this.#now, this.#account)) continue
      possible ??= step
      const [victim] = this.#unsafeFor(step)
      if (victim !== undefined) {
        this.#block(step, victim)
        continue
      }
      if (!this.#costsCaller(step)) return step
      safe ??= step
    }
    if (safe !== undefined) return safe
    if (possible === undefined) throw new Error('a plan that cannot be carried out')
    for (const principal of this.#unsafeFor(possible)) this.#do(this.#fence(principal))
    return possible
  }

  #take(step: Step): void {
    this.#left = this.#left.filter((one) => one !== step)
    this.#do(step)
  }

  #do(step: Step): void {
    for (const principal of affected(step, this.#now)) this.#unblock(principal)
    this.#steps.push(step)
    this.#now = afterStep(this.#now, step)
  }

  /** It is not tried again before something about its victim has changed: there may be thousands. */
  #block(step: Step, victim: Principal): void {
    const key = keyOf(victim)
    this.#blocked.add(step)
    this.#blockedBy.set(key, [...(this.#blockedBy.get(key) ?? []), step])
  }

  #unblock(principal: Principal): void {
    const key = keyOf(principal)
    for (const step of this.#blockedBy.get(key) ?? []) this.#blocked.delete(step)
    this.#blockedBy.delete(key)
  }

  /** For whom it would be a right too many. */
  #unsafeFor(step: Step): readonly Principal[] {
    const next = afterStep(this.#now, step)
    return affected(step, this.#now).filter((principal) => {
      const { before, wanted } = this.#boundsOf(principal)
      return !isWithin(rightsOf(principal, next, this.#account), before, wanted)
    })
  }

  #boundsOf(principal: Principal) {
    const key = keyOf(principal)
    const known = this.#bounds.get(key)
    if (known !== undefined) return known
    const bounds = {
      before: rightsOf(principal, this.#before, this.#account),
      wanted: rightsOf(principal, this.#wanted, this.#account),
    }
    this.#bounds.set(key, bounds)
    return bounds
  }

  #costsCaller(step: Step): boolean {
    const { caller } = this.#account
    if (caller === undefined || !affected(step, this.#now).some((one) => isSame(one, caller))) {
      return false
    }
    const rights = (directory: Directory) => rightsOf(caller, directory, this.#account)
    return !keepsAll(rights(afterStep(this.#now, step)), rights(this.#now))
  }

  #fence(principal: Principal): Step {
    const { caller } = this.#account
    if (caller !== undefined && isSame(principal, caller)) throw callerInTheWay()
    const document = documentOf(FENCE_TEXT)
    return {
      kind: 'putInline',
      of: principal.kind,
      name: principal.name,
      policyName: FENCE_NAME,
      document,
    }
  }

  /** Those of this plan, and those that an earlier one left when it stopped. */
  #fencesLeft(): readonly Step[] {
    const { users, roles } = this.#now
    const fenced = (of: 'user' | 'role', holders: Directory['users']) =>
      [...holders]
        .filter(([, { inline }]) => inline.has(FENCE_NAME))
        .map(([name]): Step => ({ kind: 'deleteInline', of, name, policyName: FENCE_NAME }))
    return [...fenced('user', users), ...fenced('role', roles)]
  }
}

const callerInTheWay = (): ApplyFault =>
  new ApplyFault('caller', 'Your own rights cannot be changed like this by yourself.', {
    why: ['to change them safely you would have to be denied everything in between'],
    todo: [
      'Let another administrator apply it, or do it in two steps: first give the new policies, then take the old.',
    ],
  })

const keyOf = ({ kind, name }: Principal): string => `${kind} ${name}`

const isSame = (one: Principal, other: Principal): boolean =>
  one.kind === other.kind && one.name === other.name

/** Whose rights a step may change. */
function affected(step: Step, now: Directory): readonly Principal[] {
  switch (step.kind) {
    case 'createPolicy':
    case 'createGroup':
    case 'updateRole':
      return []
    case 'createUser':
      return [{ kind: 'user', name: step.name }]
    case 'createRole':
    case 'setTrust':
      return [{ kind: 'role', name: step.name }]
    case 'changePolicy':
    case 'deletePolicy':
      return usersOf(step.name, now)
    case 'attach':
    case 'detach':
    case 'putInline':
    case 'deleteInline':
    case 'delete':
      return step.of === 'group' ? membersOf(step.name, now) : [{ kind: step.of, name: step.name }]
    case 'setBoundary':
      return [{ kind: step.of, name: step.name }]
    case 'addMember':
    case 'removeMember':
      return [{ kind: 'user', name: step.user }]
    case 'tag':
    case 'untag':
      return step.of === 'policy' ? [] : [{ kind: step.of, name: step.name }]
    case 'createProvider':
    case 'deleteProvider':
    case 'addClient':
    case 'removeClient':
    case 'setClaims':
      return [...now.roles.keys()].map((name) => ({ kind: 'role', name }))
  }
}

function usersOf(policy: string, now: Directory): readonly Principal[] {
  const has = ({
    attached,
    boundary,
  }: {
    attached: ReadonlySet<string>
    boundary: string | undefined
  }) => attached.has(policy) || boundary === policy
  const users = [...now.users].filter(([, user]) => has(user)).map(([name]) => name)
  const byGroups = [...now.groups]
    .filter(([, { attached }]) => attached.has(policy))
    .flatMap(([, { members }]) => [...members])
  return [
    ...[...new Set([...users, ...byGroups])].map((name) => ({ kind: 'user', name }) as const),
    ...[...now.roles]
      .filter(([, role]) => has(role))
      .map(([name]) => ({ kind: 'role', name }) as const),
  ]
}

function membersOf(group: string, now: Directory): readonly Principal[] {
  return [...(now.groups.get(group)?.members ?? [])].map((name) => ({ kind: 'user', name }))
}
