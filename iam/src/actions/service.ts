/**
 * The catalogue of actions is written as AWS's Service Authorization Reference is: per service its resource types and its
 * actions, per action the access level, the resource types it is asked for and the condition keys of its own.
 */
export interface Service {
  /** In front of the colon, e.g. `ec2-instance-connect`. */
  readonly prefix: string
  readonly actions: readonly CatalogueAction[]
}

export interface CatalogueAction {
  /** With its service, in AWS's spelling: `ec2-instance-connect:SendSSHPublicKey`. */
  readonly name: string
  readonly access: AccessLevel
  /** Empty: the action has no resource of its own, and only a Resource of `*` reaches it. */
  readonly resources: readonly ResourceType[]
  /** Beside the keys of its resource types and those that every request has; a name may end in `${TagKey}`. */
  readonly keys: readonly string[]
}

/** AWS's levels (IAM User Guide, access_policies_understand-policy-summary-access-level-summaries). */
export type AccessLevel = 'List' | 'Read' | 'Write' | 'Tagging' | 'Permissions management'

export interface ResourceType {
  readonly name: string
  /** With `${Partition}`, `${Region}`, `${Account}` and a placeholder for the rest. */
  readonly arn: string
  /** Keys that describe such a resource. */
  readonly keys: readonly string[]
}

type Row = Omit<CatalogueAction, 'name'> & { readonly localName: string }

export function service(prefix: string, rows: readonly Row[]): Service {
  const actions = rows.map(({ localName, ...rest }) => ({
    name: `${prefix}:${localName}`,
    ...rest,
  }))
  return { prefix, actions }
}

/** Rows of the table, by access level. */
export const list = level('List')
export const read = level('Read')
export const write = level('Write')
export const tagging = level('Tagging')
export const permissions = level('Permissions management')

function level(access: AccessLevel) {
  return (
    localName: string,
    resources: readonly ResourceType[] = [],
    keys: readonly string[] = [],
  ): Row => ({ localName, access, resources, keys })
}
