import { unknownOperation } from '@fleetkey/domain/exceptions'
import type { OutputStructure } from '@fleetkey/wire/aws/output'
import { encodeQueryError } from '@fleetkey/wire/aws/query-error'
import { encodeQueryOutput } from '@fleetkey/wire/aws/query-output'
import { queryRefusal } from '@fleetkey/wire/aws/query-refusal'
import { QUERY_APIS, type QueryService } from '@fleetkey/wire/aws/query-apis'
import { parseQueryRequest, type QueryRequest } from '@fleetkey/wire/aws/query-request'
import type { AnyOperation } from '../operations/operation.ts'
import type { Codec } from './codec.ts'
import type { ApiRequest } from './raw-request.ts'
import { findQueryOperation } from './route.ts'

/** AWS Query: a form with `Action` and `Version`, answered in XML. What AWS's clients speak for IAM and STS. */
export function queryCodec({ raw }: ApiRequest): Codec {
  let parsed: QueryRequest | undefined
  const request = () => (parsed ??= parseQueryRequest(raw.body))
  let routed: { readonly operation: AnyOperation; readonly service: QueryService } | undefined
  // Before it is known whom the request is for, IAM answers.
  const service = () => routed?.service ?? 'iam'
  return {
    contentType: 'text/xml',
    route() {
      const { action, version } = request()
      routed = findQueryOperation(action, version)
      if (routed === undefined) throw unknownOperation(action)
      return routed.operation
    },
    fields: () => request().fields,
    answer: (output, requestId) => ({
      status: 200,
      body: encodeQueryOutput({
        action: request().action,
        xmlns: QUERY_APIS[service()].xmlns,
        requestId,
        output: output as OutputStructure,
      }),
    }),
    refuse(refusal, requestId) {
      const { code, status } = queryRefusal(refusal, service())
      const { message, explanation } = refusal
      const { xmlns } = QUERY_APIS[service()]
      return {
        status,
        body: encodeQueryError({ code, status, message, explanation, requestId, xmlns }),
      }
    },
  }
}
