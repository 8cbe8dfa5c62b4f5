/** Who can sign in at the test provider. */
export interface OidcAccount {
  /** What is typed at sign-in; the claims `sub` and `preferred_username` too. */
  readonly name: string
  readonly password: string
  /** Default: the name at example.com. */
  readonly email?: string
  /** The claim `groups`. */
  readonly groups: readonly string[]
}

/** What the provider's process is told on its standard input, as one line of JSON. */
export interface OidcOptions {
  readonly accounts: readonly OidcAccount[]
  /** Default 127.0.0.1. */
  readonly address?: string
  /** Default: a free one. */
  readonly port?: number
  /** Default `fleetkey-cli`. */
  readonly clientId?: string
  /** Where browsers may be sent back to besides: consoles. */
  readonly redirectUris?: readonly string[]
  /** Besides the public one: clients that show a secret, in just this way. */
  readonly confidential?: readonly {
    readonly clientId: string
    readonly secret: string
    readonly method: 'client_secret_basic' | 'client_secret_post'
  }[]
  /** PEM; without it the provider speaks plain HTTP. */
  readonly tls?: { readonly certificate: string; readonly key: string }
  /** Seconds between two questions of a device. Default 5, as in RFC 8628. */
  readonly deviceInterval?: number
  /** Seconds that each thing lives. Defaults: 60, 300, 3600, 86400, 600. */
  readonly lifetimes?: {
    readonly code?: number
    readonly idToken?: number
    readonly accessToken?: number
    readonly refreshToken?: number
    readonly deviceCode?: number
  }
}

export const DEFAULT_CLIENT_ID = 'fleetkey-cli'

/** Where the command waits for the browser; the port is any (RFC 8252 §7.3). */
export const LOOPBACK_REDIRECT = 'http://127.0.0.1/callback'

export const emailOf = ({ name, email }: OidcAccount): string => email ?? `${name}@example.com`
