import {
  invalidSignature,
  missingAuthenticationToken,
} from '@fleetkey/domain/exceptions/authentication'
import { ServiceException } from '@fleetkey/domain/exceptions/service-exception'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import type { Caller } from '../operations/caller.ts'
import type { AnyOperation } from '../operations/operation.ts'
import type { Codec } from './codec.ts'
import { TARGET_PREFIXES } from './route.ts'

/** If it can be told. */
export function operationOf(codec: Codec): AnyOperation | undefined {
  try {
    return codec.route()
  } catch {
    return undefined
  }
}

/** Somebody unknown is not told which operations there are. */
export function unsignedOperation(codec: Codec): AnyOperation {
  try {
    const operation = codec.route()
    if (operation.identify !== undefined) return operation
  } catch (error) {
    if (!(error instanceof ServiceException)) throw error
  }
  throw missingAuthenticationToken()
}

/** What somebody known asks for. */
export function signedOperation(codec: Codec, caller: Caller): AnyOperation {
  const operation = codec.route()
  if (operation.identify !== undefined) {
    throw validationFailure(`${operation.name} is asked without a signature.`)
  }
  refuseOtherService(operation, caller)
  return operation
}

/** The signature names a service: it must be the one that is asked, or a key scoped to one API would work on all. */
function refuseOtherService({ service }: AnyOperation, caller: Caller): void {
  if (service === caller.service) return
  throw invalidSignature(
    `Credential should be scoped to correct service: '${service}' (target ${TARGET_PREFIXES[service]}).`,
  )
}
