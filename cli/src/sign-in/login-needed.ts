import { Failure } from '../failure.ts'

export function notLoggedIn(profile: string): Failure {
  return new Failure('credentials', 'You are not logged in.', { todo: [loginCommand(profile)] })
}

export function loginExpired(profile: string, why: readonly string[] = []): Failure {
  return new Failure('credentials', 'Your login has expired.', {
    why,
    todo: [loginCommand(profile)],
  })
}

/** What to type to log in under that profile. */
export function loginCommand(profile: string): string {
  return profile === 'default' ? 'fleetkey login' : `fleetkey login --profile ${profile}`
}
