import type { AnyOperation } from '../../operations/operation.ts'
import type { ApiAnswer } from '../api-answer.ts'
import { headerOf, senderOf, type ApiRequest } from '../raw-request.ts'
import { TARGET_PREFIXES } from '../route.ts'
import type { Asked } from './visitor.ts'

/** What a page would send: the handshake's headers and the token, and the operation as if it were asked at `POST /`. */
export function pageRequest(
  handshake: ApiRequest,
  csrfToken: string,
  asked: {
    readonly operation: AnyOperation
    readonly input: object
  } & Pick<ApiRequest, 'doorstep' | 'liveDoorstep' | 'watchDoorstep'>,
): ApiRequest {
  const { operation, input, doorstep, liveDoorstep, watchDoorstep } = asked
  const { raw } = handshake
  const kept = KEPT.flatMap((name) => {
    const value = headerOf(raw, name)
    return value === undefined ? [] : [[name, value] as const]
  })
  return {
    raw: {
      method: 'POST',
      target: '/',
      headers: [
        ...kept,
        ['content-type', 'application/x-amz-json-1.1'],
        ['x-amz-target', `${TARGET_PREFIXES[operation.service]}.${operation.name}`],
        ['x-fleetkey-csrf', csrfToken],
      ],
      body: Buffer.from(JSON.stringify(input)),
    },
    ...senderOf(handshake),
    atDoor: operation,
    ...(doorstep !== undefined && { doorstep }),
    ...(liveDoorstep !== undefined && { liveDoorstep }),
    ...(watchDoorstep !== undefined && { watchDoorstep }),
  }
}

const KEPT = ['host', 'origin', 'sec-fetch-site', 'cookie', 'user-agent']

export function askedOf({ status, body, requestId }: ApiAnswer): Asked {
  const said = JSON.parse(body) as Readonly<Record<string, unknown>>
  if (status === 200) return { kind: 'answered', output: said, requestId }
  const text = (name: string) => (typeof said[name] === 'string' ? said[name] : undefined)
  return {
    kind: 'refused',
    requestId,
    refusal: {
      status,
      code: text('__type') ?? 'ServiceException',
      message: text('Message') ?? '',
      explanation: text('Explanation'),
    },
  }
}
