import { watchFleet } from '../operations/live/watch-fleet.ts'
import type { Codec } from './codec.ts'
import { jsonCodec } from './json-codec.ts'
import type { ApiRequest } from './raw-request.ts'

/** The door for pages that watch: asks one operation, as AWS JSON asks others. */
export function liveCodec(request: ApiRequest): Codec {
  return { ...jsonCodec(request), route: () => watchFleet }
}
