import { answersOf, numberOf, optionalTextOf, textOf } from '../api/answer.ts'
import type { ApiClient } from '../api/api-client.ts'
import { LIST_WEB_IDENTITY_ROLES } from '../api/operations.ts'
import { Failure } from '../failure.ts'
import { pick } from '../pick.ts'
import type { Screen } from '../screen.ts'

/** A role that somebody may take. */
export interface OfferedRole {
  readonly name: string
  readonly arn: string
  readonly description: string
  /** Longest life of one of its sessions. */
  readonly maxSeconds: number
}

/** The roles that trust what the provider says of this person. */
export async function listRoles(
  api: Pick<ApiClient, 'call'>,
  person: { readonly idToken: string; readonly sessionName: string },
): Promise<readonly OfferedRole[]> {
  const answer = await api.call(LIST_WEB_IDENTITY_ROLES, {
    WebIdentityToken: person.idToken,
    // Trust policies may ask for it.
    RoleSessionName: person.sessionName,
  })
  return answersOf(answer, 'Roles').map((role) => ({
    name: textOf(role, 'RoleName'),
    arn: textOf(role, 'Arn'),
    description: optionalTextOf(role, 'Description') ?? '',
    maxSeconds: numberOf(role, 'MaxSessionDuration'),
  }))
}

/**
 * The role of that name or ARN; without one, the last one if it still lets the person in, or the only one, or the one that the
 * person picks.
 */
export async function chooseRole(
  offered: readonly OfferedRole[],
  context: {
    /** Name or ARN, wanted now. */
    readonly named: string | undefined
    /** ARN of the one taken before. */
    readonly last: string | undefined
    readonly person: string
    readonly screen: Screen
  },
): Promise<OfferedRole> {
  const { named, last, person, screen } = context
  if (offered.length === 0) {
    throw new Failure('accessDenied', `No role lets ${person} in.`, {
      why: ['you are signed in, but no trust policy of a role names you or a group of yours'],
      todo: ['Ask an administrator for a role, see docs/operate/login.md'],
    })
  }
  if (named !== undefined) {
    const found = offered.find(({ name, arn }) => name === named || arn === named)
    if (found) return found
    throw new Failure('accessDenied', `The role ${named} does not let ${person} in.`, {
      why: [`you may take ${offered.map(({ name }) => name).join(', ')}`],
      todo: ['Take one of these: fleetkey login --role NAME'],
    })
  }
  const again = offered.find(({ arn }) => arn === last)
  if (again) return again
  const [only] = offered
  if (only && offered.length === 1) return only
  return pick(screen, {
    headings: ['ROLE', 'WHAT FOR'],
    rows: offered.map((value) => ({ cells: [value.name, value.description], value })),
    ambiguous: 'You may take several roles.',
    todo: 'Name one: fleetkey login --role NAME',
  })
}
