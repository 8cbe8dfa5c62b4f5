import { unknownOperation } from '@fleetkey/domain/exceptions/request'
import type { OutputStructure } from '@fleetkey/wire/aws/output'
import { encodeQueryError } from '@fleetkey/wire/aws/query-error'
import { encodeQueryOutput } from '@fleetkey/wire/aws/query-output'
import { queryRefusal } from '@fleetkey/wire/aws/query-refusal'
import { QUERY_APIS } from '@fleetkey/wire/aws/query-apis'
import { parseQueryRequest, type QueryRequest } from '@fleetkey/wire/aws/query-request'
import type { Codec } from './codec.ts'
import type { ApiRequest } from './raw-request.ts'
import { findQueryOperation } from './route.ts'

/**
 * AWS Query: a form with `Action` and `Version`, answered in XML. What AWS's clients speak for IAM and STS.
 * @param service the one that answers; another's operation is refused by the pipeline
 */
export function queryCodec({ raw }: ApiRequest, service: 'iam' | 'sts'): Codec {
  let parsed: QueryRequest | undefined
  const request = () => (parsed ??= parseQueryRequest(raw.body))
  const { xmlns } = QUERY_APIS[service]
  return {
    contentType: 'text/xml',
    route() {
      const { action, version } = request()
      const operation = findQueryOperation(action, version)
      if (operation === undefined) throw unknownOperation(action)
      return operation
    },
    fields: () => request().fields,
    answer: (output, requestId) => ({
      status: 200,
      body: encodeQueryOutput({
        action: request().action,
        xmlns,
        requestId,
        output: output as OutputStructure,
      }),
    }),
    refuse(refusal, requestId) {
      const { code, status } = queryRefusal(refusal, service)
      const { message, explanation } = refusal
      return {
        status,
        body: encodeQueryError({ code, status, message, explanation, requestId, xmlns }),
      }
    },
  }
}
