import { MendRefused, type HostToMend } from '../fix.ts'

/** The helper and its account belong to the delivery `command` only. */
export function isWanted({ settings }: HostToMend): boolean {
  if (settings.delivery === 'command') return true
  throw new MendRefused(`The delivery of this host is "${settings.delivery}": it has no helper.`)
}
