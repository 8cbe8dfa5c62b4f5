import { isOsUser } from '@fleetkey/domain/os-user'

/** Why no account of a host can be called so; undefined when one can, or while nothing is typed. */
export function osUserProblem(osUser: string): string | undefined {
  if (osUser === '' || isOsUser(osUser)) return undefined
  return 'Names have up to 32 letters, digits and . _ - @; they do not begin with . - or @, and are not digits alone.'
}
