import { invalidTunnelParameter } from '@fleetkey/domain/exceptions/tunnels'
import { splitTarget } from '@fleetkey/wire/aws/canonical-request'
import { QueryText } from '@fleetkey/wire/aws/fields'
import { openTunnel } from '../operations/open-tunnel.ts'
import type { Codec } from './codec.ts'
import type { ApiRequest } from './raw-request.ts'

const PARAMETERS = [
  'instanceConnectEndpointId',
  'remotePort',
  'privateIpAddress',
  'maxTunnelDuration',
  'instanceId',
]

/** What would be `AccessDeniedException` elsewhere, and who cannot prove who they are: all of them 400 in AWS JSON. */
const FORBIDDEN = [
  'AccessDeniedException',
  'MissingAuthenticationTokenException',
  'IncompleteSignatureException',
  'InvalidSignatureException',
  'UnrecognizedClientException',
  'ExpiredTokenException',
]

/** There is one name here for every way in which a parameter is wrong. */
const NAMED_HERE: Readonly<Record<string, string>> = {
  SerializationException: 'InvalidParameter',
}

/** The door for tunnels: its parameters stand in the query string, it answers with 101, and refuses as AWS's does. */
export function tunnelCodec({ raw }: ApiRequest): Codec {
  return {
    contentType: 'application/json',
    route: () => openTunnel,
    fields() {
      const fields = new Map<string, QueryText>()
      for (const [encodedName, encodedValue] of splitTarget(raw.target).query) {
        const [name, value] = [decode(encodedName), decode(encodedValue)]
        if (name.toLowerCase().startsWith('x-amz-')) continue
        if (!PARAMETERS.includes(name)) {
          throw invalidTunnelParameter(
            `There is no parameter of that name; there are ${PARAMETERS.join(', ')}.`,
          )
        }
        if (fields.has(name)) throw invalidTunnelParameter(`${name} may be given once.`)
        fields.set(name, new QueryText(value))
      }
      return fields
    },
    answer: () => ({ status: 101, body: '' }),
    refuse({ code, status, message, explanation }) {
      const body = {
        ErrorCode: NAMED_HERE[code] ?? code.replace(/Exception$/, ''),
        Message: message,
        ...(explanation === undefined ? {} : { Explanation: explanation }),
      }
      return { status: FORBIDDEN.includes(code) ? 403 : status, body: JSON.stringify(body) }
    },
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw invalidTunnelParameter('The query string is not UTF-8.')
  }
}
