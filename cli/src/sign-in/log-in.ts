import { resolve } from 'node:path'
import { ask, secretAsker } from '../ask.ts'
import { isProfileName, readProfiles, writeProfiles, type Profile } from '../config/profiles.ts'
import { profileName, resolveConnection, type ConnectionFlags } from '../config/settings.ts'
import { Failure, usageFailure } from '../failure.ts'
import type { Screen } from '../screen.ts'
import { parseSpan } from '@fleetkey/domain/span'
import { asNobody, type SessionPlace } from './assume-role.ts'
import { knownMachine, rememberMachine } from './known-machine.ts'
import { logInWithProvider } from './log-in-with-provider.ts'
import { writeSession } from './session-cache.ts'
import { whileLocked } from './session-lock.ts'
import type { Session } from './session.ts'
import { signInByPassword } from './sign-in-by-password.ts'
import { readWaysIn, type WaysIn } from './ways-in.ts'

const ON_STANDARD_INPUT =
  'Give the password, and the code after it if you have a device, a line each.'

/** What `fleetkey login` can be told. */
export interface LoginFlags extends ConnectionFlags {
  readonly caFile?: string
  readonly issuer?: string
  readonly clientId?: string
  /** Name or ARN. */
  readonly role?: string
  /** Seconds, or a span such as 8h. */
  readonly duration?: string
  readonly device?: true
  /** False: print the address only. */
  readonly browser: boolean
  readonly user?: string
}

/**
 * Logs in and keeps how in the profile (no flags are needed next time) and the session in the cache.
 * @returns the profile's name and its new session
 */
export async function logIn(
  flags: LoginFlags,
  screen: Screen,
  signal: AbortSignal,
): Promise<{ readonly profile: string; readonly session: Session }> {
  const { env } = screen
  const name = profileName(flags, env)
  const old = readProfiles(env)[name] ?? {}
  refuseWrongFlags(name, flags)
  refuseAccessKey(name, old)
  const known = await findServer(flags, screen, signal)
  const durationSeconds = parseDuration(flags.duration ?? old.duration)
  const user = await chooseUser(flags, old, { ways: known.ways, screen })
  const made =
    user === undefined
      ? await logInWithProvider(known, {
          flags,
          last: old,
          durationSeconds,
          screen,
          signal,
        })
      : {
          session: await asNobody(known.place, (api) =>
            signInByPassword(api, known.place, {
              user,
              durationSeconds,
              ask: secretAsker(screen, ON_STANDARD_INPUT),
              device: knownMachine(env, { endpoint: known.place.endpoint, user }),
              remember: (device) =>
                rememberMachine(env, { endpoint: known.place.endpoint, user }, device),
            }),
          ),
          profile: { user },
        }
  const { issuer: _issuer, clientId: _client, role: _role, user: _user, ...rest } = old
  const { endpoint, region, caFile } = known.place
  const profile: Profile = {
    ...rest,
    endpoint: endpoint.replace(/\/$/, ''),
    region,
    ...(caFile === undefined ? {} : { caFile }),
    ...(flags.duration === undefined ? {} : { duration: flags.duration }),
    ...made.profile,
  }
  // A renewal of the old one that is under way shall not put it back.
  await whileLocked(env, name, async () => {
    // Read again: signing in takes a while.
    writeProfiles(env, { ...readProfiles(env), [name]: profile })
    writeSession(env, name, made.session)
  })
  return { profile: name, session: made.session }
}

/** Where to log in, and how one can there. */
export interface KnownServer {
  readonly place: SessionPlace
  readonly ways: WaysIn
}

async function findServer(
  flags: LoginFlags,
  screen: Screen,
  signal: AbortSignal,
): Promise<KnownServer> {
  const found = resolveConnection(flags, screen.env, readProfiles(screen.env))
  // The profile is used from everywhere, so a path in it must not depend on where one stands.
  const caFile = flags.caFile === undefined ? found.caFile : resolve(flags.caFile)
  const endpoint = found.endpoint.href
  const asked = { endpoint, region: found.region, ...(caFile === undefined ? {} : { caFile }) }
  const ways = await asNobody(asked, (api) => readWaysIn(api, signal))
  if (flags.region !== undefined && flags.region !== ways.region) {
    throw new Failure(
      'configuration',
      `The region of ${found.endpoint.origin} is ${ways.region}.`,
      {
        todo: ['Leave out --region: the server says its own.'],
      },
    )
  }
  return { place: { ...asked, region: ways.region }, ways }
}

function refuseWrongFlags(name: string, flags: LoginFlags): void {
  if (!isProfileName(name)) {
    throw usageFailure(`"${name}" cannot name a profile.`, 'Use letters, digits and _.@-')
  }
  const ofProvider = flags.issuer ?? flags.clientId ?? flags.role ?? flags.device
  if (flags.user !== undefined && ofProvider !== undefined) {
    throw usageFailure(
      '--user signs in with a password of this server, not at a provider.',
      'Leave out --user, or --issuer, --client-id, --role and --device.',
    )
  }
}

/** Its secret was shown once; a login must not be how it is lost, nor be without effect because of it. */
function refuseAccessKey(name: string, old: Profile): void {
  if (!old.accessKeyId) return
  throw new Failure(
    'configuration',
    `The profile "${name}" has an access key, which goes before.`,
    {
      todo: [
        'Log in under another name: fleetkey login --profile sso',
        'or take the key out of it',
      ],
    },
  )
}

function parseDuration(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const seconds = /^\d{1,7}$/.test(text) ? Number(text) : parseSpan(text)
  if (seconds !== undefined && seconds >= 900 && seconds <= 43_200) return seconds
  throw usageFailure(
    `A session cannot live ${text}.`,
    'Use seconds from 900 to 43200, or 15m to 12h',
  )
}

/** Whose password to ask for; undefined to sign in at a provider. */
async function chooseUser(
  flags: LoginFlags,
  old: Profile,
  { ways, screen }: { readonly ways: WaysIn; readonly screen: Screen },
): Promise<string | undefined> {
  if (flags.user !== undefined) return flags.user
  const wantsProvider = flags.issuer ?? flags.clientId ?? flags.device
  if (wantsProvider !== undefined) return undefined
  if (old.user) return old.user
  if (ways.providers.length > 0 || !ways.password) return undefined
  if (screen.interactive) return (await ask('User name: ')).trim()
  throw usageFailure('Who are you?', 'fleetkey login --user NAME, the password on standard input')
}
