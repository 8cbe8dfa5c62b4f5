import { isLive } from '@fleetkey/domain/grant'
import { openBootClock } from '../boot-clock.ts'
import type { LiveKey } from '../delivery.ts'

/**
 * The live keys that share one place (a file), newest first. A key that is pushed again takes the place of its older grant, which
 * comes back when the newer is removed and there is still time left in it.
 */
export interface KeysByPlace {
  /** Both return what the place holds from now on: live keys only, each once. */
  with(place: string, key: LiveKey): readonly LiveKey[]
  without(place: string, key: LiveKey): readonly LiveKey[]
  forgetAll(): void
}

export function createKeysByPlace(now = hostClock): KeysByPlace {
  const places = new Map<string, readonly LiveKey[]>()
  const keep = (place: string, keys: readonly LiveKey[]) => {
    const clock = now()
    const live = keys.filter((key) => isLive(key, clock))
    if (live.length === 0) places.delete(place)
    else places.set(place, live)
    return live.filter((key, at) => live.findIndex(sameKeyAs(key)) === at)
  }
  const others = (place: string, { grantId }: LiveKey) =>
    (places.get(place) ?? []).filter((key) => key.grantId !== grantId)
  return {
    with: (place, key) => keep(place, [key, ...others(place, key)]),
    without: (place, key) => keep(place, others(place, key)),
    forgetAll: () => places.clear(),
  }
}

function sameKeyAs(key: LiveKey): (other: LiveKey) => boolean {
  return (other) => other.fingerprint === key.fingerprint
}

function hostClock(): { readonly bootId: string; readonly bootNow: number } {
  const clock = openBootClock()
  return { bootId: clock.bootId, bootNow: clock.now() }
}
