import { instanceArn } from '@fleetkey/domain/arn'
import { principalArn, principalId } from '@fleetkey/domain/principal'
import type { Realm } from '@fleetkey/domain/realm'
import type { AccessRequest } from '@fleetkey/iam/access-request'
import { evaluate, type Decision } from '@fleetkey/iam/evaluate'
import { explainDecision } from '@fleetkey/iam/explain'
import type { PolicySet } from '@fleetkey/iam/policy-set'
import type { ContextValue } from '@fleetkey/iam/request-context'
import { supposeBest } from '@fleetkey/iam/suppose'
import type { TaggedInstance } from '../../store/store.ts'
import { placeKeys, principalKeys, resourceKeys } from '../context-keys.ts'
import type { Subject } from './subject.ts'

const PUSH = 'ec2-instance-connect:SendSSHPublicKey'

/**
 * Whether somebody may push a key: `conditional` when it depends on what only the moment tells (address, time, second factor), which was
 * left open.
 */
export type Reach =
  | { readonly kind: 'allowed'; readonly explanation: string }
  | { readonly kind: 'conditional'; readonly explanation: string }
  | { readonly kind: 'denied'; readonly explanation: string }

/** What the moment decides, in lower case. Everything else that a push is judged by is known without one. */
function isOfTheMoment(key: string): boolean {
  // Claims of a provider are named by its host: `id.example.com:sub`.
  return MOMENT.has(key) || key.startsWith('sts:') || /^[^:]*\.[^:]*:/.test(key)
}

const MOMENT = new Set(
  [
    'aws:SourceIp',
    'aws:UserAgent',
    'aws:SecureTransport',
    'aws:CurrentTime',
    'aws:EpochTime',
    'aws:MultiFactorAuthPresent',
    'aws:MultiFactorAuthAge',
    'aws:TokenIssueTime',
    'aws:SourceIdentity',
    'aws:FederatedProvider',
    'aws:userid',
  ].map((key) => key.toLowerCase()),
)

/** Tries pushes of one subject out; its policies at their most generous are made once. */
export class ReachOf {
  readonly #subject: Subject
  readonly #realm: Realm
  readonly #best: PolicySet

  /** `isAlsoOpen`: keys, in lower case, that are not known of this subject either. */
  constructor(subject: Subject, realm: Realm, isAlsoOpen: (key: string) => boolean = () => false) {
    this.#subject = subject
    this.#realm = realm
    const isOpen = (key: string) => isOfTheMoment(key) || isAlsoOpen(key)
    this.#best = supposeBest(subject.policies, isOpen)
  }

  /** `known` are keys of the moment that are known after all, e.g. `aws:SourceIp`: what depends on them is decided. */
  to(
    instance: TaggedInstance,
    osUser: string,
    known: ReadonlyMap<string, ContextValue> = new Map(),
  ): Reach {
    if (this.#subject.type === 'Root') {
      return { kind: 'allowed', explanation: 'The account root user may do everything.' }
    }
    const request = this.#request(instance, osUser, known)
    const decision = evaluate(request, this.#subject.policies)
    const explanation = explainDecision(decision, request)
    if (decision.kind === 'allowed') return { kind: 'allowed', explanation }
    const isOpen = evaluate(request, this.#bestWhere(known)).kind === 'allowed'
    return { kind: isOpen ? 'conditional' : 'denied', explanation }
  }

  #bestWhere(known: ReadonlyMap<string, ContextValue>): PolicySet {
    if (known.size === 0) return this.#best
    const names = new Set([...known.keys()].map((key) => key.toLowerCase()))
    return supposeBest(this.#subject.policies, (key) => isOfTheMoment(key) && !names.has(key))
  }

  /** The decision alone, for many at a time. */
  decide(instance: TaggedInstance, osUser: string): Reach['kind'] {
    if (this.#subject.type === 'Root') return 'allowed'
    const request = this.#request(instance, osUser, [])
    const isAllowed = (policies: PolicySet): boolean => {
      const { kind }: Decision = evaluate(request, policies)
      return kind === 'allowed'
    }
    if (isAllowed(this.#subject.policies)) return 'allowed'
    return isAllowed(this.#best) ? 'conditional' : 'denied'
  }

  #request(
    instance: TaggedInstance,
    osUser: string,
    known: Iterable<readonly [string, ContextValue]>,
  ): AccessRequest {
    const realm = this.#realm
    const { principal, context } = this.#subject
    const arn = instanceArn(realm, instance.instanceId)
    return {
      principal: principalArn(principal, realm),
      principalId: principalId(principal, realm),
      action: PUSH,
      resource: arn,
      context: new Map<string, ContextValue>([
        ...known,
        ['ec2:osuser', osUser],
        ...context,
        ...resourceKeys({ instance }, realm),
        ...principalKeys(principal, realm),
        ...placeKeys(realm),
      ]),
    }
  }
}
