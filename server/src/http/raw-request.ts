import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'
import type { RawRequest } from '@fleetkey/wire/aws/sigv4'
import type { LiveDoorstep } from '../live/live-doorstep.ts'
import type { TunnelDoorstep } from '../tunnels/doorstep.ts'
import type { AnyOperation, Browser, WatchDoorstep } from '../operations/operation.ts'
import { plainAddress } from '../plain-address.ts'

/** A request as its bytes came, for the signature, with what the trail wants of the connection. */
export interface ApiRequest {
  readonly raw: RawRequest
  readonly sourceAddress: string
  readonly userAgent: string
  readonly tls: Readonly<Record<string, string>> | undefined
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

export function readApiRequest(message: IncomingMessage, body: Uint8Array): ApiRequest {
  const headers: (readonly [string, string])[] = []
  for (let at = 0; at + 1 < message.rawHeaders.length; at += 2) {
    headers.push([message.rawHeaders[at] ?? '', message.rawHeaders[at + 1] ?? ''])
  }
  return {
    raw: { method: message.method ?? '', target: message.url ?? '', headers, body },
    sourceAddress: plainAddress(message.socket.remoteAddress ?? ''),
    userAgent: message.headers['user-agent'] ?? '',
    tls: tlsDetails(message),
  }
}

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
