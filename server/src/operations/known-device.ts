import type { KnownDevice } from '../identities/known-devices.ts'
import type { Origin, World } from './operation.ts'

/** The browser that asks, or the machine of a program that shows what it was told, where this user has signed in from it before. */
export const deviceOf = (
  userId: string | undefined,
  { knownDevices }: Pick<World, 'knownDevices'>,
  { browser }: Origin,
  shown?: string,
): KnownDevice | undefined =>
  [
    ...knownDevices.known(browser?.devices ?? []),
    ...knownDevices.known(shown === undefined ? [] : [shown]),
  ].find((device) => device.userId === userId)
