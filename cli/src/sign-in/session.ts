/** What a login left: temporary credentials, until when, and how they came to be. */
export interface Session {
  /** Where it is good, as the profile had it then: what renews it never goes anywhere else. */
  readonly endpoint: string
  readonly region: string
  readonly caFile?: string
  readonly credentials: {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sessionToken: string
  }
  /** Milliseconds since 1970. */
  readonly expiresAt: number
  /** Whom the server takes its bearer for. */
  readonly arn: string
  readonly origin: Origin
}

type Origin = ProviderOrigin | { readonly kind: 'password'; readonly user: string }

/** Signed in at an OpenID provider, and took a role. */
export interface ProviderOrigin {
  readonly kind: 'provider'
  readonly issuer: string
  readonly clientId: string
  /** ARN. */
  readonly role: string
  readonly sessionName: string
  /** What was asked for; undefined for the server's default. */
  readonly durationSeconds?: number
  /** With it the session is renewed without anybody's help. */
  readonly refreshToken?: string
}

/** A session from a file's text, or undefined when it is none (another version wrote it, or something else). */
export function parseSession(text: string): Session | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isRecord(value) || !isRecord(value['credentials'])) return undefined
  const { endpoint, region, caFile, expiresAt, arn, credentials } = value
  const { accessKeyId, secretAccessKey, sessionToken } = credentials
  const origin = parseOrigin(value['origin'])
  if (!origin || !isTime(expiresAt) || !isOptionalText(caFile)) return undefined
  if (!isText(endpoint) || !URL.canParse(endpoint) || !isText(region) || !isText(arn))
    return undefined
  if (!isText(accessKeyId) || !isText(secretAccessKey) || !isText(sessionToken)) return undefined
  return {
    endpoint,
    region,
    ...(caFile === undefined ? {} : { caFile }),
    credentials: { accessKeyId, secretAccessKey, sessionToken },
    expiresAt,
    arn,
    origin,
  }
}

function parseOrigin(value: unknown): Origin | undefined {
  if (!isRecord(value)) return undefined
  if (value['kind'] === 'password') {
    const { user } = value
    return isText(user) ? { kind: 'password', user } : undefined
  }
  const { kind, issuer, clientId, role, sessionName, durationSeconds, refreshToken } = value
  if (kind !== 'provider') return undefined
  if (!isText(issuer) || !isText(clientId) || !isText(role) || !isText(sessionName))
    return undefined
  if (durationSeconds !== undefined && typeof durationSeconds !== 'number') return undefined
  if (!isOptionalText(refreshToken)) return undefined
  return {
    kind,
    issuer,
    clientId,
    role,
    sessionName,
    ...(durationSeconds === undefined ? {} : { durationSeconds }),
    ...(refreshToken === undefined ? {} : { refreshToken }),
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function isOptionalText(value: unknown): value is string | undefined {
  return value === undefined || isText(value)
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && !Number.isNaN(new Date(value).getTime())
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
