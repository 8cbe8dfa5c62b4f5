import type { Tag } from '../api/shapes.ts'
import type { Step } from '../parts/steps.ts'

/** What the wizard asks for. */
export interface NewUser {
  readonly userName: string
  /** Undefined: no sign-in to the console. */
  readonly password: string | undefined
  readonly mustChange: boolean
  readonly groups: readonly string[]
  readonly policyArns: readonly string[]
  readonly inline: readonly InlinePolicy[]
  readonly boundaryArn: string | undefined
  readonly tags: readonly Tag[]
}

/** A policy of this user alone. */
export interface InlinePolicy {
  readonly name: string
  /** JSON. */
  readonly document: string
}

/** The calls that make the user, the user itself first. */
export function stepsFor(user: NewUser): readonly Step[] {
  const { userName: UserName, password, groups, policyArns, inline, boundaryArn, tags } = user
  const given = tags.filter(({ Key }) => Key !== '')
  return [
    {
      says: `Create the user ${UserName}`,
      operation: 'CreateUser',
      input: {
        UserName,
        ...(boundaryArn !== undefined && { PermissionsBoundary: boundaryArn }),
        ...(given.length > 0 && { Tags: given }),
      },
    },
    ...groups.map((GroupName) => ({
      says: `Add ${UserName} to the group ${GroupName}`,
      operation: 'AddUserToGroup',
      input: { UserName, GroupName },
    })),
    ...policyArns.map((PolicyArn) => ({
      says: `Attach the policy ${PolicyArn.split('/').at(-1)}`,
      operation: 'AttachUserPolicy',
      input: { UserName, PolicyArn },
    })),
    ...inline.map(({ name: PolicyName, document: PolicyDocument }) => ({
      says: `Put the inline policy ${PolicyName}`,
      operation: 'PutUserPolicy',
      input: { UserName, PolicyName, PolicyDocument },
    })),
    // Last: who can sign in has all rights by then.
    ...(password === undefined
      ? []
      : [
          {
            says: `Give ${UserName} a password`,
            operation: 'CreateLoginProfile',
            input: { UserName, Password: password, PasswordResetRequired: user.mustChange },
          },
        ]),
  ]
}

/** What IAM says of names of users and roles; undefined where it takes them. */
export function nameProblem(name: string, most = 64): string | undefined {
  if (name.length > most) return `At most ${most} characters.`
  return /^[\w+=,.@-]*$/.test(name) ? undefined : 'Letters, digits and + = , . @ - _ alone.'
}
