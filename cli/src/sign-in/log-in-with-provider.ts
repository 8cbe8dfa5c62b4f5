import type { Profile } from '../config/profiles.ts'
import { printable } from '../output.ts'
import type { Screen } from '../screen.ts'
import { asNobody, assumeRole } from './assume-role.ts'
import { chooseProvider } from './choose-provider.ts'
import { chooseRole, listRoles, type OfferedRole } from './choose-role.ts'
import { displayName, roleSessionName } from './display-name.ts'
import { largeText } from './large-text.ts'
import type { KnownServer, LoginFlags } from './log-in.ts'
import { canOpenBrowser, openBrowser } from './open-browser.ts'
import { openProvider, type Provider } from './provider.ts'
import type { ProviderOrigin, Session } from './session.ts'
import { signInByBrowser } from './sign-in-by-browser.ts'
import { signInByDevice, supportsDevices, type DeviceCode } from './sign-in-by-device.ts'
import type { Tokens } from './tokens.ts'

/** The longest that AWS lets a role session be. */
const MAX_SECONDS = 43_200

/** Signs in at one of the server's providers and takes a role. `profile` is what to keep for the next time. */
export async function logInWithProvider(
  { place, ways }: KnownServer,
  options: {
    readonly flags: LoginFlags
    readonly last: Profile
    readonly durationSeconds: number | undefined
    readonly screen: Screen
    readonly signal: AbortSignal
  },
): Promise<{ readonly session: Session; readonly profile: Profile }> {
  const { flags, last, screen, signal } = options
  const named = flags.issuer === undefined && flags.clientId === undefined ? last : flags
  const { issuer, clientId } = await chooseProvider(ways.providers, named, screen)
  const provider = await openProvider({ issuer, clientId }, place.caFile)
  const tokens = await signIn(provider, { flags, screen, signal })
  return asNobody(place, async (api) => {
    const sessionName = roleSessionName(tokens.claims)
    const offered = await listRoles(api, { idToken: tokens.idToken, sessionName })
    const role = await chooseRole(offered, {
      named: flags.role,
      last: last.issuer === issuer ? last.role : undefined,
      person: displayName(tokens.claims),
      screen,
    })
    const durationSeconds = options.durationSeconds ?? fittingDuration(tokens, role)
    const origin: ProviderOrigin = {
      kind: 'provider',
      issuer,
      clientId,
      role: role.arn,
      sessionName,
      ...(durationSeconds === undefined ? {} : { durationSeconds }),
      ...(tokens.refreshToken === undefined ? {} : { refreshToken: tokens.refreshToken }),
    }
    const session = await assumeRole(place, origin, tokens.idToken)
    return { session, profile: { issuer, clientId, role: role.arn } }
  })
}

/**
 * Where it can be renewed, the server's default of an hour: what the provider says of the person is asked for again that often. Where
 * not, as long as the role allows, or one would sign in all day.
 */
function fittingDuration(tokens: Tokens, role: OfferedRole): number | undefined {
  return tokens.refreshToken === undefined ? Math.min(role.maxSeconds, MAX_SECONDS) : undefined
}

async function signIn(
  provider: Provider,
  {
    flags,
    screen,
    signal,
  }: { readonly flags: LoginFlags; readonly screen: Screen; readonly signal: AbortSignal },
): Promise<Tokens> {
  const canOpen = canOpenBrowser(screen.env)
  if (flags.device || (flags.browser && !canOpen && supportsDevices(provider))) {
    if (!flags.device) {
      screen.err('There is no display here, so sign in with a browser anywhere (--device).\n')
    }
    return signInByDevice(provider, { signal, show: (code) => showDeviceCode(screen, code) })
  }
  const opens = flags.browser && canOpen
  return signInByBrowser(provider, {
    signal,
    show: (url) => {
      screen.err(
        opens
          ? 'Your browser opens to sign you in. If it does not, go to\n\n'
          : 'To sign in, open this in a browser on this machine:\n\n',
      )
      screen.err(`  ${printable(url)}\n\n`)
      if (opens) openBrowser(url, screen.env)
    },
  })
}

function showDeviceCode(
  screen: Screen,
  { code, url, completeUrl, expiresInSeconds }: DeviceCode,
): void {
  const large = screen.interactive && isUtf8(screen.env) ? largeText(code) : undefined
  const lines = [
    '',
    ...(large === undefined ? [] : [...large.split('\n').map((line) => `    ${line}`), '']),
    `  code   ${printable(code)}`,
    `  at     ${printable(url)}`,
    ...(completeUrl === undefined
      ? []
      : [`  or at  ${printable(completeUrl)}   and compare the code`]),
    '',
    `Waiting for you to sign in there, up to ${Math.round(expiresInSeconds / 60)} minutes.`,
  ]
  screen.err(`${lines.join('\n')}\n`)
}

function isUtf8(env: Screen['env']): boolean {
  return /utf-?8/i.test(env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '')
}
