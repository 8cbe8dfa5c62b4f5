import type { KnownDevice } from '../identities/known-devices.ts'
import type { Origin, World } from './operation.ts'

/** The browser that asks, where this user has signed in from it before. */
export const deviceOf = (
  userId: string | undefined,
  { knownDevices }: Pick<World, 'knownDevices'>,
  { browser }: Origin,
): KnownDevice | undefined =>
  knownDevices.known(browser?.devices ?? []).find((device) => device.userId === userId)
