import type { ServiceException } from '@fleetkey/domain/exceptions/service-exception'
import type { Fields } from '@fleetkey/wire/aws/fields'
import { QUERY_APIS, type QueryService } from '@fleetkey/wire/aws/query-apis'
import type { RawRequest } from '@fleetkey/wire/aws/sigv4'
import type { AnyOperation } from '../operations/operation.ts'
import { ec2Codec } from './ec2-codec.ts'
import { jsonCodec } from './json-codec.ts'
import { queryCodec } from './query-codec.ts'
import { headerOf, type ApiRequest } from './raw-request.ts'
import { tunnelCodec } from './tunnel-codec.ts'

/** How one request speaks. All codecs ask the same operations: there is one API. */
export interface Codec {
  readonly contentType: string
  /** The operation that is asked for. Throws UnknownOperationException. */
  route(): AnyOperation
  /** The members of the request. Throws SerializationException or its like. */
  fields(): Fields
  answer(output: object, requestId: string): EncodedAnswer
  refuse(refusal: ServiceException, requestId: string): EncodedAnswer
}

export interface EncodedAnswer {
  /** HTTP status. */
  readonly status: number
  readonly body: string
}

/**
 * By the door that it came to, then the content type, and of forms by the service that the signature names. Nothing is believed yet: what is chosen is how the answer is
 * spelt, so that whoever is refused before it is known what they ask can read it too. The operation is found by `route`.
 */
export function codecOf(request: ApiRequest): Codec {
  if (request.atDoor !== undefined) return jsonCodec(request)
  if (request.doorstep !== undefined) return tunnelCodec(request)
  const { raw } = request
  if (!isForm(raw)) return jsonCodec(request)
  const service = serviceInScope(raw) ?? serviceOfVersion(raw) ?? 'iam'
  switch (service) {
    case 'ec2':
      return ec2Codec(request)
    case 'iam':
    case 'sts':
      return queryCodec(request, service)
    default:
      // A service whose clients read nothing but JSON.
      return jsonCodec(request)
  }
}

const isForm = (raw: RawRequest): boolean =>
  /^application\/x-www-form-urlencoded\b/i.test(headerOf(raw, 'content-type') ?? '')

/** The service of the credential scope: `Credential=KEY/20261126/on-prem-1/ec2/aws4_request`. */
function serviceInScope(raw: RawRequest): string | undefined {
  const authorization = headerOf(raw, 'authorization') ?? ''
  const scope = /\bCredential=[^/,]*\/[^/,]*\/[^/,]*\/([a-z0-9-]+)\/aws4_request\b/
  return scope.exec(authorization)?.[1]
}

/** Without a signature the form itself says whose API it speaks. */
function serviceOfVersion({ body }: RawRequest): QueryService | undefined {
  const form = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1')
  const version = /(?:^|&)Version=([0-9-]+)(?:&|$)/.exec(form)?.[1]
  return QUERY_SERVICES.find((service) => QUERY_APIS[service].version === version)
}

const QUERY_SERVICES = Object.keys(QUERY_APIS) as readonly QueryService[]
