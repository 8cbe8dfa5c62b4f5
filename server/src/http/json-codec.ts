import { unknownOperation } from '@fleetkey/domain/exceptions'
import { encodeJsonError } from '@fleetkey/wire/aws/json-error'
import { parseJsonObject } from '@fleetkey/wire/aws/json-object'
import { encodeJsonOutput } from '@fleetkey/wire/aws/json-output'
import type { OutputStructure } from '@fleetkey/wire/aws/output'
import type { Codec } from './codec.ts'
import { headerOf, type ApiRequest } from './raw-request.ts'
import { findOperation } from './route.ts'

/** AWS JSON 1.1: the operation stands in `X-Amz-Target`, the body is an object. Every service speaks it here. */
export function jsonCodec({ raw }: ApiRequest): Codec {
  return {
    contentType: 'application/x-amz-json-1.1',
    route() {
      const target = headerOf(raw, 'x-amz-target') ?? ''
      const operation = findOperation(target)
      if (operation === undefined) throw unknownOperation(target)
      return operation
    },
    fields: () => parseJsonObject(raw.body),
    answer: (output) => ({ status: 200, body: encodeJsonOutput(output as OutputStructure) }),
    refuse: (refusal) => ({ status: refusal.status, body: encodeJsonError(refusal) }),
  }
}
