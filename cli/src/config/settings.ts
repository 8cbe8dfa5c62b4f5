import { isRegion } from '@fleetkey/domain/realm'
import { Failure } from '../failure.ts'
import { readProfiles, type Profile, type Profiles } from './profiles.ts'

/** Where the API is and who is asking, after flags, environment and profile were weighed. */
export interface Settings {
  readonly endpoint: URL
  readonly region: string
  readonly credentials: Credentials
  /** PEM file of the only authority to trust; without it, the ones that Node carries. */
  readonly caFile: string | undefined
  readonly osUser: string | undefined
}

interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** What the command line says, as every command that talks to the server takes it. */
export interface ConnectionFlags {
  readonly profile?: string
  readonly endpoint?: string
  readonly region?: string
}

type Env = Readonly<Record<string, string | undefined>>

const DEFAULT_REGION = 'on-prem-1'

/** Settings from flags, then environment, then profile. A profile named by a flag counts as flags, as with the AWS CLI. */
export function readSettings(flags: ConnectionFlags, env: Env): Settings {
  return resolveSettings(flags, env, readProfiles(env))
}

export function resolveSettings(flags: ConnectionFlags, env: Env, profiles: Profiles): Settings {
  const profile = chooseProfile(flags, env, profiles)
  const surroundings = environmentProfile(env)
  const layers = flags.profile === undefined ? [surroundings, profile] : [profile, surroundings]
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
    credentials: chooseCredentials(layers, env),
    // A CA goes with the endpoint that it is for: many machines set AWS_CA_BUNDLE for something else.
    caFile: layers.find((layer) => layer.endpoint)?.caFile || first('caFile'),
    osUser: first('osUser'),
  }
}

function chooseProfile(flags: ConnectionFlags, env: Env, profiles: Profiles): Profile {
  const named = flags.profile ?? (env['FLEETKEY_PROFILE'] || env['AWS_PROFILE'] || undefined)
  const found = profiles[named ?? 'default']
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
        'fleetkey configure',
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

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}

/** Both halves from one place: an access key of one layer with the secret of another is never right. */
function chooseCredentials(layers: readonly Profile[], env: Env): Credentials {
  for (const { accessKeyId, secretAccessKey } of layers) {
    if (accessKeyId && secretAccessKey) {
      if (!/^\w{1,128}$/.test(accessKeyId)) throw notAnAccessKey()
      const token = env['FLEETKEY_SESSION_TOKEN'] || env['AWS_SESSION_TOKEN']
      const fromEnvironment =
        accessKeyId === (env['FLEETKEY_ACCESS_KEY_ID'] || env['AWS_ACCESS_KEY_ID'])
      return token && fromEnvironment
        ? { accessKeyId, secretAccessKey, sessionToken: token }
        : { accessKeyId, secretAccessKey }
    }
    if (accessKeyId || secretAccessKey) {
      throw new Failure('configuration', 'Only one half of an access key is set.', {
        why: ['an access key id and its secret must come from the same place'],
        todo: [
          'Set both (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY), or run: fleetkey configure',
        ],
      })
    }
  }
  throw new Failure('configuration', 'You have no access key here.', {
    todo: [
      'fleetkey configure',
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
