import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'
import { isInRange, parseCidr, type Cidr } from '@fleetkey/domain/cidr'
import { plainAddress } from './plain-address.ts'

/** Where a request comes from, as far as it can be believed. */
export interface Source {
  /** Of whoever sent it. Of a proxy where that does not tell whose: see `isOfProxy`. */
  readonly sourceAddress: string
  /** `sourceAddress` is one of `trustedProxies`, and so not known to be anybody's own. */
  readonly isOfProxy: boolean
  /** Of the trusted proxy that handed it on here; undefined for what was not handed on. */
  readonly proxyAddress: string | undefined
  /** Whoever sent it did so over TLS. */
  readonly isSecure: boolean
}

export type SourceOf = (message: Pick<IncomingMessage, 'rawHeaders' | 'socket'>) => Source

/** Proxies one behind the other. */
const MAX_HOPS = 8
/** An address of IPv6 in full, with a zone and a port. */
const MAX_ENTRY = 80

/**
 * The one rule by which a source is known. `X-Forwarded-For` is a list that each proxy adds the address of its own peer to, at the right; what
 * is left of that, whoever sent the request may have written. So it is read from the right, each entry believed because the one that wrote it
 * is in `trusted`, up to the first that is not. What is no address ends it there. Nothing is read of anybody else's, nor of a `Forwarded` (RFC
 * 7239): proxies that write the one hand the other on as it came.
 */
export function createSourceOf(trusted: readonly Cidr[]): SourceOf {
  const isTrusted = (address: string) => trusted.some((range) => isInRange(address, range))

  return ({ rawHeaders, socket }) => {
    const peer = plainAddress(socket.remoteAddress ?? '')
    const isEncrypted = (socket as Partial<TLSSocket>).encrypted === true
    if (!isTrusted(peer)) {
      return {
        sourceAddress: peer,
        isOfProxy: false,
        proxyAddress: undefined,
        isSecure: isEncrypted,
      }
    }
    const hops = valuesOf(rawHeaders, 'x-forwarded-for')
    const sourceAddress = hops === undefined ? peer : senderIn(hops, peer)
    const scheme = valuesOf(rawHeaders, 'x-forwarded-proto')
    return {
      sourceAddress,
      isOfProxy: isTrusted(sourceAddress),
      proxyAddress: hops === undefined ? undefined : peer,
      // Of a request that was handed on, the connection here says nothing.
      isSecure: scheme === undefined ? hops === undefined && isEncrypted : isAllSecure(scheme),
    }
  }

  function senderIn(hops: string, peer: string): string {
    let sender = peer
    // 16 KiB of it at most (http/listen.ts), of which no more is looked at than is believed.
    let end = hops.length
    for (let hop = 0; hop < MAX_HOPS && end >= 0 && isTrusted(sender); hop++) {
      const comma = hops.lastIndexOf(',', end - 1)
      const entry = addressIn(hops.slice(comma + 1, end))
      if (entry === undefined) break
      sender = entry
      end = comma
    }
    return sender
  }
}

/** All lines of it, as one list (RFC 9110 §5.3). */
function valuesOf(rawHeaders: readonly string[], name: string): string | undefined {
  const values: string[] = []
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    if (rawHeaders[at]?.toLowerCase() === name) values.push(rawHeaders[at + 1] ?? '')
  }
  return values.length === 0 ? undefined : values.join(',')
}

/** `192.0.2.7`, `2001:db8::7`, either with a port or a zone; in its one spelling. */
function addressIn(entry: string): string | undefined {
  const text = entry.trim()
  if (text.length > MAX_ENTRY || text.includes('/')) return undefined
  const [, bracketed] = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(text) ?? []
  const bare = bracketed ?? text.replace(/^([\d.]+):\d{1,5}$/, '$1')
  const range = parseCidr(plainAddress(bare.replace(/(?<=:.*)%[\w.-]+$/, '')))
  return range?.text.replace(/\/\d+$/, '')
}

/** Several say so for several hops, and one that was sent along cannot make it better. */
const isAllSecure = (scheme: string): boolean =>
  scheme.split(',').every((one) => /^\s*(?:https|wss)\s*$/i.test(one))
