import { accessDenied } from '@fleetkey/domain/exceptions'
import { principalId, type Principal } from '@fleetkey/domain/principal'
import type { Realm } from '@fleetkey/domain/realm'
import type { AccessRequest } from '@fleetkey/iam/access-request'
import { evaluate } from '@fleetkey/iam/evaluate'
import { accessDeniedMessage, explainDecision } from '@fleetkey/iam/explain'
import type { Resource } from '../operations/operation.ts'
import type { Caller } from './authenticate.ts'

/** What is asked for, ready to be decided. */
export interface Question {
  readonly caller: Caller
  readonly principalArn: string
  readonly action: string
  readonly resources: readonly Resource[]
  readonly context: Readonly<Record<string, string | readonly string[]>>
  readonly sourceAddress: string
  readonly secureTransport: boolean
  readonly realm: Realm
  readonly now: number
}

/**
 * The only place that decides. Returns why it was allowed, in words for the trail; throws AccessDenied, with the explanation, when any
 * resource is refused. The account's root may do everything, as in AWS.
 */
export function authorize(question: Question): string {
  if (question.caller.principal.kind === 'root') return 'The account root user may do everything.'
  let allowedBecause = ''
  for (const resource of question.resources) {
    const request = accessRequest(question, resource)
    const decision = evaluate(request, { identity: question.caller.policies })
    const explanation = explainDecision(decision, request)
    if (decision.kind !== 'allowed') {
      throw accessDenied(accessDeniedMessage(decision, request), explanation)
    }
    allowedBecause = explanation
  }
  if (allowedBecause === '')
    throw accessDenied('Nothing was asked for.', 'The request names no resource.')
  return allowedBecause
}

function accessRequest(question: Question, resource: Resource): AccessRequest {
  const { caller, realm } = question
  const context = new Map<string, string | readonly string[]>([
    ...Object.entries(question.context),
    ...principalKeys(caller.principal, realm),
    ['aws:PrincipalArn', question.principalArn],
    ['aws:PrincipalAccount', realm.accountId],
    ['aws:SourceIp', question.sourceAddress],
    ['aws:SecureTransport', String(question.secureTransport)],
    ['aws:RequestedRegion', realm.region],
    ['aws:CurrentTime', new Date(question.now).toISOString()],
    ['aws:EpochTime', String(Math.floor(question.now / 1000))],
  ])
  for (const [key, value] of Object.entries(resource.instance?.tags ?? {})) {
    context.set(`aws:ResourceTag/${key}`, value)
    context.set(`ec2:ResourceTag/${key}`, value)
  }
  return {
    principal: question.principalArn,
    action: question.action,
    resource: resource.arn,
    context,
  }
}

function principalKeys(principal: Principal, realm: Realm): [string, string][] {
  const userId: [string, string] = ['aws:userid', principalId(principal, realm)]
  switch (principal.kind) {
    case 'root':
      return [userId, ['aws:PrincipalType', 'Account']]
    case 'user':
      return [userId, ['aws:PrincipalType', 'User'], ['aws:username', principal.userName]]
  }
}
