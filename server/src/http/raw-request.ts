import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'
import type { RawRequest } from '@fleetkey/wire/aws/sigv4'
import type { LiveDoorstep } from '../live/live-doorstep.ts'
import type { TunnelDoorstep } from '../tunnels/doorstep.ts'
import type { AnyOperation, Browser, WatchDoorstep } from '../operations/operation.ts'
import type { Source, SourceOf } from '../source.ts'

/** Whoever sent a request, as far as its connection shows it. */
export interface Sender extends Source {
  readonly userAgent: string
  /** Of the connection that it came by. Undefined without TLS, and where a proxy ended theirs. */
  readonly tls: Readonly<Record<string, string>> | undefined
}

/** A request as its bytes came, for the signature, with what the trail wants of the connection. */
export interface ApiRequest extends Sender {
  readonly raw: RawRequest
  /** The connection that wants to become a tunnel. Absent from every other request. */
  readonly doorstep?: Pick<TunnelDoorstep, 'gone' | 'putDown'>
  /** What was asked at a door of its own, where the door says it (console/browser-door.ts). */
  readonly atDoor?: AnyOperation
  /** Of what a browser sent. */
  readonly browser?: Browser | undefined
  /** The page that wants to be told what is new. Absent from every other request. */
  readonly liveDoorstep?: LiveDoorstep
  /** The page that wants to see somebody's terminal. Absent from every other request. */
  readonly watchDoorstep?: WatchDoorstep
}

export function readApiRequest(
  message: IncomingMessage,
  sourceOf: SourceOf,
  body: Uint8Array = new Uint8Array(),
): ApiRequest {
  const source = sourceOf(message)
  const headers: (readonly [string, string])[] = []
  for (let at = 0; at + 1 < message.rawHeaders.length; at += 2) {
    headers.push([message.rawHeaders[at] ?? '', message.rawHeaders[at + 1] ?? ''])
  }
  return {
    raw: { method: message.method ?? '', target: message.url ?? '', headers, body },
    ...source,
    userAgent: message.headers['user-agent'] ?? '',
    tls: source.proxyAddress === undefined ? tlsDetails(message) : undefined,
  }
}

/** What outlives the request. */
export const senderOf = ({
  sourceAddress,
  isOfProxy,
  proxyAddress,
  isSecure,
  userAgent,
  tls,
}: Sender): Sender => ({ sourceAddress, isOfProxy, proxyAddress, isSecure, userAgent, tls })

/** The first of that name (in lower case). */
export function headerOf({ headers }: RawRequest, name: string): string | undefined {
  return headers.find(([header]) => header.toLowerCase() === name)?.[1]
}

function tlsDetails(message: IncomingMessage): Readonly<Record<string, string>> | undefined {
  const socket = message.socket as Partial<TLSSocket>
  if (!socket.encrypted || socket.getProtocol === undefined || socket.getCipher === undefined)
    return undefined
  return {
    tlsVersion: socket.getProtocol() ?? '',
    cipherSuite: socket.getCipher().standardName,
    clientProvidedHostHeader: message.headers.host ?? '',
  }
}
