import { unknownOperation } from '@fleetkey/domain/exceptions/request'
import { encodeJsonError } from '@fleetkey/wire/aws/json-error'
import { parseJsonObject } from '@fleetkey/wire/aws/json-object'
import { encodeJsonOutput } from '@fleetkey/wire/aws/json-output'
import type { OutputStructure } from '@fleetkey/wire/aws/output'
import type { Codec } from './codec.ts'
import { headerOf, type ApiRequest } from './raw-request.ts'
import { findOperation } from './route.ts'

/**
 * JSON has one name for both tokens that can be over, that of the credentials and that of a web identity; and one for both signatures that do
 * not count, the wrong one and that of another time.
 */
const NAMED_ALIKE: Readonly<Record<string, string>> = {
  UntimelySignatureException: 'InvalidSignatureException',
  ExpiredWebIdentityTokenException: 'ExpiredTokenException',
  // What EC2 Instance Connect has for all that is not the caller's fault.
  ServiceUnavailableException: 'ServiceException',
}

/** AWS JSON 1.1: the operation stands in `X-Amz-Target`, the body is an object. Every service speaks it here. */
export function jsonCodec({ raw, atDoor }: ApiRequest): Codec {
  return {
    contentType: 'application/x-amz-json-1.1',
    route() {
      if (atDoor !== undefined) return atDoor
      const target = headerOf(raw, 'x-amz-target') ?? ''
      const operation = findOperation(target)
      if (operation === undefined) throw unknownOperation(target)
      return operation
    },
    fields: () => parseJsonObject(raw.body),
    answer: (output) => ({ status: 200, body: encodeJsonOutput(output as OutputStructure) }),
    refuse(refusal) {
      const { status, message, explanation, members } = refusal
      const code = NAMED_ALIKE[refusal.code] ?? refusal.code
      return { status, body: encodeJsonError({ code, message, explanation, members }) }
    },
  }
}
