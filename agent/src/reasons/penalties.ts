import { isInRange, parseCidr } from '@fleetkey/domain/cidr'
import type { HeardWord } from '../sshd-words/sshd-word.ts'

/** Addresses whose connections sshd drops for a while (PerSourcePenalties). */
export interface Penalty {
  /** `10.0.0.9/32` */
  readonly network: string
  /** At least: sshd does not say when it makes one longer. */
  readonly secondsLeft: number
}

/** The penalties that sshd has told of and that are not over, the latest first. `now` is in hundredths of a second since boot. */
export function penaltiesAt(now: number, words: readonly HeardWord[]): readonly Penalty[] {
  return words
    .flatMap(({ word, bootAt }) => {
      if (word.kind !== 'penalised') return []
      const secondsLeft = Math.ceil(word.seconds - (now - bootAt) / 100)
      return secondsLeft > 0 ? [{ network: word.network, secondsLeft }] : []
    })
    .toReversed()
}

export function penaltyOf(address: string, penalties: readonly Penalty[]): Penalty | undefined {
  return penalties.find(({ network }) => {
    const range = parseCidr(network)
    // sshd prints a range with the bits of the address that it was made of.
    return range === undefined ? network.startsWith(`${address}/`) : isInRange(address, range)
  })
}
