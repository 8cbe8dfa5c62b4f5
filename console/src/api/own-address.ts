import { call } from './call.ts'

/** As GetConsoleSession says from where it was asked. */
export interface ToldAddress {
  readonly SourceAddress: string
  /** By a proxy, whose address it is then. */
  readonly HandedOn: boolean
}

/** The range of this browser alone, `192.0.2.7/32`, or why it is not known. */
export type OwnRange =
  | { readonly kind: 'known'; readonly range: string }
  | { readonly kind: 'unknown'; readonly because: string }

/** Asked when it is wanted: a laptop moves. */
export async function readOwnRange(signal?: AbortSignal): Promise<OwnRange> {
  return ownRange(await call<ToldAddress>('fleetkey', 'GetConsoleSession', {}, signal))
}

export function ownRange({ SourceAddress: address, HandedOn }: ToldAddress): OwnRange {
  if (HandedOn) {
    return {
      kind: 'unknown',
      because: `The control plane sees a proxy (${address}) in your place. Choose Custom and write your own address. An administrator can name that proxy in trustedProxies.`,
    }
  }
  if (address === '::1' || address.startsWith('127.')) {
    return {
      kind: 'unknown',
      because:
        'This browser runs on the very machine of the control plane: hosts see another address. Choose Custom and write it.',
    }
  }
  return { kind: 'known', range: `${address}/${address.includes(':') ? 128 : 32}` }
}
