import { TARGET_PREFIXES } from '../http/route.ts'
import { OPERATIONS } from '../operations/operations.ts'
import { exchange, type ApiResponse } from './api-client.ts'

/** For tests: a request whose proof is in its body. */
export function callUnsigned(
  { port }: { readonly port: number },
  name: string,
  fields: object,
): Promise<ApiResponse> {
  const service = OPERATIONS.find((one) => one.name === name)?.service ?? 'fleetkey'
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `${TARGET_PREFIXES[service]}.${name}`,
  }
  return exchange({ port, method: 'POST', path: '/', headers }, JSON.stringify(fields))
}
