import type { Codec } from './codec.ts'
import { headerOf, type ApiRequest } from './raw-request.ts'

/** A request before it is known who sent it. */
export interface Arrival {
  readonly request: ApiRequest
  readonly requestId: string
  readonly codec: Codec
  /** The security version that was in force when it came. */
  readonly asOf: number
}

/** The name of what there is not, if it could be one. */
export function askedFor({ raw }: ApiRequest): string {
  const [, name] = /\.([A-Za-z]\w{0,127})$/.exec(headerOf(raw, 'x-amz-target') ?? '') ?? []
  return name ?? 'UnknownOperation'
}

/** Nobody has proven that it is theirs. */
export function claimedKey({ raw }: ApiRequest): string | undefined {
  const claim = /\bCredential=([A-Z0-9]{16,128})(?:\/|%2F)/
  const [, key] = claim.exec(headerOf(raw, 'authorization') ?? raw.target) ?? []
  return key
}

/** A presigned URL is for whom the tunnel's door is, and nobody else. */
export const doorOf = ({ doorstep, sourceAddress }: ApiRequest) =>
  doorstep === undefined ? undefined : { sourceAddress }

/** Neither form of a signature: any trace of one means that it must be right. */
export function isUnsigned({ raw }: ApiRequest): boolean {
  return headerOf(raw, 'authorization') === undefined && !/[?&]X-Amz-/i.test(raw.target)
}

/** A page of the console, or somebody who claims to be one. */
export const isByCookie = (request: ApiRequest): boolean =>
  isUnsigned(request) &&
  request.browser?.showsSession === true &&
  // Tunnels of programs are opened with a signed URL.
  (request.doorstep === undefined || request.atDoor !== undefined)
