import { isRegion } from '@fleetkey/domain/realm'
import { Failure } from '../failure.ts'
import type { Session } from '../sign-in/session.ts'
import { isLoopback } from './loopback.ts'
import { logsIn, readProfiles, type Profile, type Profiles } from './profiles.ts'

/** Where the API is, after flags, environment and profile were weighed. */
export interface Connection {
  readonly endpoint: URL
  readonly region: string
  /** PEM file of the only authority to trust; without it, the ones that Node carries. */
  readonly caFile: string | undefined
  readonly osUser: string | undefined
}

/** The same, and who is asking. */
export interface Settings extends Connection {
  readonly credentials: Credentials
  /** The login that the credentials come from; undefined for an access key. */
  readonly session: Session | undefined
}

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** Who is asking: an access key that was found, or whoever logged in under the name of a profile. */
type Caller =
  | { readonly kind: 'access key'; readonly credentials: Credentials }
  | { readonly kind: 'login'; readonly profile: string }

/** What the command line says, as every command that talks to the server takes it. */
export interface ConnectionFlags {
  readonly profile?: string
  readonly endpoint?: string
  readonly region?: string
}

type Env = Readonly<Record<string, string | undefined>>

const DEFAULT_REGION = 'on-prem-1'

/**
 * Settings from flags, then environment, then profile. A profile named by a flag counts as flags, as with the AWS CLI. In a profile an
 * access key goes before a login. A login that is over or nearly so is renewed on the way where its provider lets it be.
 * @param options.marginMs how long a login must still live not to be renewed; default a minute
 * @throws Failure `configuration`, or `credentials` when one has to log in (again)
 */
export async function readSettings(
  flags: ConnectionFlags,
  env: Env,
  { now = Date.now, ...margin }: { readonly now?: () => number; readonly marginMs?: number } = {},
): Promise<Settings> {
  const { caller, ...connection } = resolveSettings(flags, env, readProfiles(env))
  if (caller.kind === 'access key') {
    return { ...connection, credentials: caller.credentials, session: undefined }
  }
  // Read only by those who log in: start-up is part of every login to a host.
  const { liveSession } = await import('../sign-in/live-session.ts')
  const session = await liveSession(caller.profile, { env, now, ...margin })
  // Its region was told by the server; AWS_REGION may be set for other things.
  const region = flags.region ?? session.region
  return { ...connection, region, credentials: session.credentials, session }
}

export function resolveSettings(
  flags: ConnectionFlags,
  env: Env,
  profiles: Profiles,
): Connection & { readonly caller: Caller } {
  const layers = layersOf(flags, env, profiles)
  const name = profileName(flags, env)
  return { ...connectionOf(flags, layers), caller: chooseCaller(layers, env, name) }
}

/** Where the API is, for one who has no credentials yet. The profile may be a new one. */
export function resolveConnection(
  flags: ConnectionFlags,
  env: Env,
  profiles: Profiles,
): Connection {
  return connectionOf(flags, layersOf(flags, env, { [profileName(flags, env)]: {}, ...profiles }))
}

/** The profile that flags and environment name. */
export function profileName(flags: ConnectionFlags, env: Env): string {
  return flags.profile ?? (env['FLEETKEY_PROFILE'] || env['AWS_PROFILE'] || 'default')
}

function layersOf(flags: ConnectionFlags, env: Env, profiles: Profiles): readonly Profile[] {
  const profile = chooseProfile(flags, env, profiles)
  const surroundings = environmentProfile(env)
  return flags.profile === undefined ? [surroundings, profile] : [profile, surroundings]
}

function connectionOf(flags: ConnectionFlags, layers: readonly Profile[]): Connection {
  const first = (field: keyof Profile) => layers.map((layer) => layer[field]).find(Boolean)
  const region = flags.region ?? first('region') ?? DEFAULT_REGION
  if (!isRegion(region)) {
    throw new Failure('configuration', `"${region}" is not the name of a region.`, {
      todo: [`Use the server's region, by default ${DEFAULT_REGION} (--region, AWS_REGION).`],
    })
  }
  return {
    endpoint: parseEndpoint(flags.endpoint ?? first('endpoint')),
    region,
    // A CA goes with the endpoint that it is for: many machines set AWS_CA_BUNDLE for something else.
    caFile: layers.find((layer) => layer.endpoint)?.caFile || first('caFile'),
    osUser: first('osUser'),
  }
}

function chooseProfile(flags: ConnectionFlags, env: Env, profiles: Profiles): Profile {
  const named = profileName(flags, env)
  const found = profiles[named]
  if (found) return found
  // AWS_PROFILE may mean a profile of the AWS CLI; the environment may still hold all that is needed.
  if (flags.profile === undefined && !env['FLEETKEY_PROFILE']) return {}
  throw new Failure('configuration', `There is no profile "${named}".`, {
    why: [`profiles here: ${Object.keys(profiles).join(', ') || 'none'}`],
    todo: [`fleetkey configure --profile ${named}`],
  })
}

function environmentProfile(env: Env): Profile {
  const value = (...names: string[]) => names.map((name) => env[name]).find(Boolean)
  return {
    endpoint: value('FLEETKEY_ENDPOINT', 'AWS_ENDPOINT_URL') ?? '',
    region: value('FLEETKEY_REGION', 'AWS_REGION', 'AWS_DEFAULT_REGION') ?? '',
    accessKeyId: value('FLEETKEY_ACCESS_KEY_ID', 'AWS_ACCESS_KEY_ID') ?? '',
    secretAccessKey: value('FLEETKEY_SECRET_ACCESS_KEY', 'AWS_SECRET_ACCESS_KEY') ?? '',
    caFile: value('FLEETKEY_CA_FILE', 'AWS_CA_BUNDLE') ?? '',
    osUser: value('FLEETKEY_OS_USER') ?? '',
  }
}

function parseEndpoint(text: string | undefined): URL {
  if (!text) {
    throw new Failure('configuration', 'Nothing says where the Fleetkey server is.', {
      todo: [
        'fleetkey configure, or fleetkey login --endpoint URL',
        'or set FLEETKEY_ENDPOINT (or AWS_ENDPOINT_URL), e.g. https://fleetkey.example.com:8443',
        'or try it all on this machine: fleetkey demo',
      ],
    })
  }
  const endpoint = URL.parse(text)
  if (!endpoint || (endpoint.protocol !== 'https:' && endpoint.protocol !== 'http:')) {
    throw new Failure('configuration', `"${text}" is not the address of a server.`, {
      todo: ['Write it like https://fleetkey.example.com:8443'],
    })
  }
  if (endpoint.username || endpoint.password) {
    throw new Failure('configuration', 'The address of the server holds a user name or password.', {
      todo: ['Leave it out: requests are signed with your access key.'],
    })
  }
  if (endpoint.protocol === 'http:' && !isLoopback(endpoint.hostname)) {
    throw new Failure('configuration', `${endpoint.origin} is not encrypted.`, {
      why: [
        'plain HTTP is only taken to this machine itself: anyone in between could read answers',
      ],
      todo: [`Use https://${endpoint.host}`],
    })
  }
  return endpoint
}

/** Both halves from one place: an access key of one layer with the secret of another is never right. */
function chooseCaller(layers: readonly Profile[], env: Env, profile: string): Caller {
  for (const layer of layers) {
    const { accessKeyId, secretAccessKey } = layer
    if (accessKeyId && secretAccessKey) {
      if (!/^\w{1,128}$/.test(accessKeyId)) throw notAnAccessKey()
      const token = env['FLEETKEY_SESSION_TOKEN'] || env['AWS_SESSION_TOKEN']
      const fromEnvironment =
        accessKeyId === (env['FLEETKEY_ACCESS_KEY_ID'] || env['AWS_ACCESS_KEY_ID'])
      const key = { accessKeyId, secretAccessKey }
      const credentials = token && fromEnvironment ? { ...key, sessionToken: token } : key
      return { kind: 'access key', credentials }
    }
    if (accessKeyId || secretAccessKey) {
      throw new Failure('configuration', 'Only one half of an access key is set.', {
        why: ['an access key id and its secret must come from the same place'],
        todo: [
          'Set both (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY), or run: fleetkey configure',
        ],
      })
    }
    if (logsIn(layer)) return { kind: 'login', profile }
  }
  throw new Failure('configuration', 'You are not logged in and have no access key here.', {
    todo: [
      'fleetkey login',
      'or fleetkey configure, to keep an access key',
      'or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
      'An administrator makes one for you with: fleetkey iam access-keys create USER',
    ],
  })
}

function notAnAccessKey(): Failure {
  return new Failure(
    'configuration',
    'The access key id is not one: it has letters and digits only.',
    {
      why: ['two fields may be swapped, or blanks pasted with it'],
      todo: ['fleetkey configure'],
    },
  )
}
