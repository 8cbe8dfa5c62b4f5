import { ServiceException } from '@fleetkey/domain/exceptions/service-exception'
import { ownerOf } from '@fleetkey/domain/owner'
import { principalArn } from '@fleetkey/domain/principal'
import type { Caller } from '../operations/caller.ts'
import type { AnyOperation, Asker, Resource, World } from '../operations/operation.ts'
import { userIdentity } from '../trail/user-identity.ts'
import { authorize, type Question } from './authorize.ts'
import { guardHandOver } from './hand-over.ts'
import type { ApiRequest } from './raw-request.ts'

/** The world as the caller of this request sees it. */
export function askerOf(world: World, request: ApiRequest, caller: Caller): Asker {
  const asker: Asker = {
    ...world,
    caller,
    principalArn: principalArn(caller.principal, world.realm),
    owner: ownerOf(userIdentity(caller, world.realm)),
    origin: request,
    secureTransport: request.isSecure,
    isAllowed(actions, resource, context) {
      try {
        authorize({ ...questionOf(asker), actions, resources: [resource], context })
        return true
      } catch (error) {
        if (error instanceof ServiceException) return false
        throw error
      }
    },
  }
  return asker
}

/** Whether the operation may do what it is asked, and hand out what that hands out. Returns why, for the trail; throws AccessDenied. */
export async function decide(
  operation: AnyOperation,
  asked: {
    readonly input: never
    readonly asker: Asker
    readonly resources: readonly Resource[]
  },
): Promise<string> {
  const { input, asker, resources } = asked
  if (operation.needsNoPermission) return ''
  const question: Question = {
    ...questionOf(asker),
    actions: [operation.action, ...(operation.also?.(input, asker) ?? [])],
    resources,
    context: operation.context?.(input, asker) ?? {},
  }
  const allowed = authorize(question)
  const handed = await guardHandOver(
    question,
    async () => (await operation.handsOver?.(input, asker)) ?? [],
  )
  return [allowed, handed].filter((text) => text !== '').join('\n')
}

function questionOf({ caller, principalArn: arn, origin, secureTransport, realm, now }: Asker) {
  return { caller, principalArn: arn, origin, secureTransport, realm, now: now() }
}
