import { unknownOperation } from '@fleetkey/domain/exceptions/request'
import { encodeEc2Error } from '@fleetkey/wire/aws/ec2-error'
import { encodeEc2Output } from '@fleetkey/wire/aws/ec2-output'
import { readEc2Parameters } from '@fleetkey/wire/aws/ec2-parameters'
import { ec2Refusal } from '@fleetkey/wire/aws/ec2-refusal'
import type { OutputStructure } from '@fleetkey/wire/aws/output'
import { QUERY_APIS } from '@fleetkey/wire/aws/query-apis'
import { parseQueryRequest, type QueryRequest } from '@fleetkey/wire/aws/query-request'
import type { Codec } from './codec.ts'
import type { ApiRequest } from './raw-request.ts'
import { findQueryOperation } from './route.ts'

/** EC2's own protocol: a form with `Action` and `Version`, answered in XML. What AWS's clients speak for EC2. */
export function ec2Codec({ raw }: ApiRequest): Codec {
  let parsed: QueryRequest | undefined
  const request = () => (parsed ??= parseQueryRequest(raw.body))
  return {
    contentType: 'text/xml;charset=UTF-8',
    route() {
      const { action, version } = request()
      const operation = findQueryOperation(action, version)
      if (operation === undefined) throw unknownOperation(action)
      return operation
    },
    fields() {
      const { action, fields } = request()
      return readEc2Parameters(action, fields)
    },
    answer: (output, requestId) => ({
      status: 200,
      body: encodeEc2Output({
        action: request().action,
        xmlns: QUERY_APIS.ec2.xmlns,
        requestId,
        output: output as OutputStructure,
      }),
    }),
    refuse(refusal, requestId) {
      const { code, status, message } = ec2Refusal(refusal)
      const { explanation } = refusal
      return { status, body: encodeEc2Error({ code, message, explanation, requestId }) }
    },
  }
}
