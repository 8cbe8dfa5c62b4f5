import { createRemoteJWKSet, errors, jwtVerify } from 'jose'
import { FakeApi, type FakeAnswer, type FakeCall } from '../api/fake-api.ts'

/** What the fake server knows. */
export interface FakeSignInOptions {
  readonly provider: { readonly issuer: string; readonly clientId: string }
  /** Further providers that it claims to know. */
  readonly others?: readonly { readonly issuer: string; readonly clientId: string }[]
  /** Role names by the group that each trusts. */
  readonly roles: Readonly<Record<string, readonly string[]>>
  /** Seconds that a session lives unless told otherwise. Default 3600. */
  readonly sessionSeconds?: () => number
}

/** For tests: the server's side of a sign-in. It believes nothing that the provider's keys do not sign. */
export class FakeSignIn {
  readonly api: FakeApi
  readonly #options: FakeSignInOptions
  #made = 0
  /** Session tokens that are good. */
  readonly live = new Set<string>()

  constructor(options: FakeSignInOptions) {
    this.#options = options
    const { provider, others = [] } = options
    this.api = new FakeApi({
      '/.well-known/fleetkey': () => ({
        body: {
          region: 'on-prem-7',
          partition: 'aws',
          providers: [provider, ...others],
          password: false,
        },
      }),
      ListWebIdentityRoles: (call) =>
        this.#verified(call, ({ roles, subject }) => ({
          Roles: roles.map((name) => ({ ...roleOf(name), MaxSessionDuration: 7200 })),
          Subject: subject,
          Provider: provider.issuer,
        })),
      AssumeRoleWithWebIdentity: (call) =>
        this.#verified(call, ({ roles }) => {
          const role = roles.find((name) => roleOf(name).Arn === call.input['RoleArn'])
          if (role === undefined) throw new Refused('AccessDenied')
          return this.#session(call, role)
        }),
      GetCallerIdentity: (call) =>
        this.#signed(call, { UserId: 'AROA:x', Account: '1', Arn: 'arn' }),
      EndSession: (call) => {
        const answer = this.#signed(call, {})
        this.live.delete(tokenOf(call))
        return answer
      },
    })
  }

  calls(operation: string): readonly FakeCall[] {
    return this.api.calls.filter(({ target }) => target.endsWith(`.${operation}`))
  }

  #session(call: FakeCall, role: string): object {
    this.#made += 1
    const token = `token-${this.#made}`
    this.live.add(token)
    const seconds = call.input['DurationSeconds'] ?? this.#options.sessionSeconds?.() ?? 3600
    const name = String(call.input['RoleSessionName'])
    return {
      Credentials: {
        AccessKeyId: `ASIA${this.#made}`,
        SecretAccessKey: `secret-${this.#made}`,
        SessionToken: token,
        Expiration: Date.now() / 1000 + Number(seconds),
      },
      AssumedRoleUser: {
        Arn: `arn:aws:sts::1:assumed-role/${role}/${name}`,
        AssumedRoleId: 'AROA:x',
      },
    }
  }

  #signed(call: FakeCall, body: object): FakeAnswer {
    return this.live.has(tokenOf(call)) && call.headers.authorization?.includes('/on-prem-7/')
      ? { body }
      : no('UnrecognizedClientException')
  }

  async #verified(
    call: FakeCall,
    answer: (person: { readonly roles: readonly string[]; readonly subject: string }) => object,
  ): Promise<FakeAnswer> {
    const { issuer, clientId } = this.#options.provider
    try {
      if (call.headers.authorization !== undefined)
        throw new Refused('IncompleteSignatureException')
      const keys = createRemoteJWKSet(new URL('/jwks', issuer))
      const token = String(call.input['WebIdentityToken'])
      const { payload } = await jwtVerify(token, keys, { issuer, audience: clientId })
      const groups = (payload['groups'] ?? []) as string[]
      const roles = groups.flatMap((group) => this.#options.roles[group] ?? [])
      return { body: answer({ roles, subject: String(payload.sub) }) }
    } catch (error) {
      if (error instanceof Refused) return no(error.message)
      if (error instanceof errors.JOSEError) return no('InvalidIdentityToken')
      throw error
    }
  }
}

class Refused extends Error {}

const roleOf = (name: string) => ({ RoleName: name, Arn: `arn:aws:iam::1:role/${name}` })
const tokenOf = (call: FakeCall) => String(call.headers['x-amz-security-token'])
const no = (code: string): FakeAnswer => ({
  status: 400,
  body: { __type: code, Message: `${code}.` },
})
