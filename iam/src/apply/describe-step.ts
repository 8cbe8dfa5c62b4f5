import type { Directory, Holder, HolderKind } from './directory.ts'
import type { Document } from './document.ts'
import { FENCE_NAME } from './rights.ts'
import type { Step } from './step.ts'

/** A step in a line, with the policy that it is about, if it is about one. */
export interface Description {
  /** Gives or makes; takes or deletes; changes. */
  readonly sign: '+' | '-' | '~'
  readonly text: string
  readonly document?: {
    readonly kind: 'identity' | 'managed' | 'trust'
    /** Undefined when it is new. */
    readonly before: Document | undefined
    readonly after: Document
  }
}

export function describeStep(step: Step, now: Directory): Description {
  switch (step.kind) {
    case 'createPolicy':
      return {
        sign: '+',
        text: `policy ${step.name}: create`,
        document: { kind: 'managed', before: undefined, after: step.policy.document },
      }
    case 'changePolicy': {
      const before = now.policies.get(step.name)?.document
      const document = { kind: 'managed', before, after: step.document } as const
      return { sign: '~', text: `policy ${step.name}: put a new version in force`, document }
    }
    case 'deletePolicy':
      return { sign: '-', text: `policy ${step.name}: delete` }
    case 'createGroup':
      return { sign: '+', text: `group ${step.name}: create` }
    case 'createUser':
      return { sign: '+', text: `user ${step.name}: create${bounded(step.user.boundary)}` }
    case 'createRole': {
      const { trust, boundary } = step.role
      const made = { sign: '+', text: `role ${step.name}: create${bounded(boundary)}` } as const
      // Whom it trusts is said later where nobody is trusted at first.
      if (trust.statements.every(({ effect }) => effect === 'Deny')) return made
      return { ...made, document: { kind: 'trust', before: undefined, after: trust } }
    }
    case 'updateRole': {
      const { description, maxSessionSeconds } = step.settings
      const said = `sessions of ${maxSessionSeconds / 3600} h at most, "${description}"`
      return { sign: '~', text: `role ${step.name}: ${said}` }
    }
    case 'setTrust': {
      const before = now.roles.get(step.name)?.trust
      const document = { kind: 'trust', before, after: step.trust } as const
      return { sign: '~', text: `role ${step.name}: change whom it trusts`, document }
    }
    case 'delete':
      return { sign: '-', text: `${step.of} ${step.name}: delete, with all that is theirs` }
    case 'attach':
      return { sign: '+', text: `${step.of} ${step.name}: attach ${step.policy}` }
    case 'detach':
      return { sign: '-', text: `${step.of} ${step.name}: detach ${step.policy}` }
    case 'putInline': {
      if (step.policyName === FENCE_NAME) {
        const text = `${step.of} ${step.name}: deny everything while the rights are rebuilt`
        return { sign: '-', text }
      }
      const before = holderOf(now, step)?.inline.get(step.policyName)
      return {
        sign: before === undefined ? '+' : '~',
        text: `${step.of} ${step.name}: put the policy ${step.policyName}`,
        document: { kind: 'identity', before, after: step.document },
      }
    }
    case 'deleteInline':
      return step.policyName === FENCE_NAME
        ? { sign: '+', text: `${step.of} ${step.name}: deny everything no longer` }
        : { sign: '-', text: `${step.of} ${step.name}: delete the policy ${step.policyName}` }
    case 'setBoundary':
      return step.boundary === undefined
        ? { sign: '+', text: `${step.of} ${step.name}: remove the boundary` }
        : { sign: '~', text: `${step.of} ${step.name}: set the boundary ${step.boundary}` }
    case 'addMember':
      return { sign: '+', text: `group ${step.group}: add ${step.user}` }
    case 'removeMember':
      return { sign: '-', text: `group ${step.group}: remove ${step.user}` }
    case 'tag': {
      const tags = [...step.tags].map(([key, value]) => `${key}=${value}`).join(' ')
      return { sign: '~', text: `${step.of} ${step.name}: tag ${tags}` }
    }
    case 'untag':
      return { sign: '~', text: `${step.of} ${step.name}: untag ${step.keys.join(' ')}` }
    case 'createProvider': {
      const clients = [...step.provider.clientIds].join(' ')
      return { sign: '+', text: `provider ${step.name}: make known, clients ${clients}` }
    }
    case 'deleteProvider':
      return { sign: '-', text: `provider ${step.name}: forget` }
    case 'addClient':
      return { sign: '+', text: `provider ${step.name}: add the client ${step.clientId}` }
    case 'removeClient':
      return { sign: '-', text: `provider ${step.name}: remove the client ${step.clientId}` }
    case 'setClaims': {
      const claims = [...step.claims].map(([claim, tag]) => `${claim}=${tag}`).join(' ')
      return {
        sign: '~',
        text: `provider ${step.name}: claims that become tags: ${claims || 'none'}`,
      }
    }
  }
}

const bounded = (boundary: string | undefined): string =>
  boundary === undefined ? '' : `, with the boundary ${boundary}`

function holderOf(
  { users, groups, roles }: Directory,
  { of, name }: { readonly of: HolderKind; readonly name: string },
): Holder | undefined {
  return (of === 'user' ? users : of === 'group' ? groups : roles).get(name)
}
