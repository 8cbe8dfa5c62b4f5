import { Failure } from '../failure.ts'
import { pick } from '../pick.ts'
import type { Screen } from '../screen.ts'
import type { ProviderName } from './ways-in.ts'

/**
 * The one provider to sign in at. One that is named must be among those that the server knows: it takes no other's word. A provider
 * kept in the profile counts as named, so that a server cannot send people elsewhere later.
 */
export async function chooseProvider(
  offered: readonly ProviderName[],
  named: Partial<ProviderName>,
  screen: Screen,
): Promise<ProviderName> {
  const fitting = offered.filter(
    ({ issuer, clientId }) =>
      (named.issuer === undefined || withoutSlash(issuer) === withoutSlash(named.issuer)) &&
      (named.clientId === undefined || clientId === named.clientId),
  )
  const [only] = fitting
  if (only && fitting.length === 1) return only
  if (fitting.length === 0) throw notKnown(offered, named)
  return pick(screen, {
    headings: ['PROVIDER', 'CLIENT'],
    rows: fitting.map((value) => ({ cells: [value.issuer, value.clientId], value })),
    ambiguous: 'You can sign in at several providers.',
    todo: 'Name one: fleetkey login --issuer URL [--client-id ID]',
  })
}

function notKnown(offered: readonly ProviderName[], named: Partial<ProviderName>): Failure {
  const { issuer, clientId } = named
  if (offered.length === 0) {
    return new Failure('configuration', 'This server has no sign-in provider.', {
      todo: [
        'With a password of this server: fleetkey login --user NAME',
        'An administrator registers a provider, see docs/operate/login.md',
      ],
    })
  }
  const name = [issuer, clientId].filter((each) => each !== undefined).join(' as ')
  return new Failure('configuration', `This server does not know the sign-in provider ${name}.`, {
    why: offered.map((each) => `it knows ${each.issuer} as ${each.clientId}`),
    todo: ['Name one of them: fleetkey login --issuer URL --client-id ID'],
  })
}

/** Providers differ in whether they write one; people do too. */
function withoutSlash(issuer: string): string {
  return issuer.replace(/\/$/, '')
}
