import type { Tag } from '../api/shapes.ts'
import type { Step } from '../parts/steps.ts'

/** How long a session of a role may last, at most. */
export const SESSION_SPANS = [
  { value: '3600', label: '1 hour' },
  { value: '7200', label: '2 hours' },
  { value: '14400', label: '4 hours' },
  { value: '28800', label: '8 hours' },
  { value: '43200', label: '12 hours' },
] as const satisfies readonly { value: string; label: string }[]

export type SessionSpan = (typeof SESSION_SPANS)[number]

export interface NewRole {
  readonly roleName: string
  readonly trust: string
  readonly description: string
  readonly maxSessionSeconds: number
  readonly policyArns: readonly string[]
  readonly boundaryArn: string | undefined
  readonly tags: readonly Tag[]
}

/** The calls that make the role, with its limits from the first moment on. */
export function roleSteps(role: NewRole): readonly Step[] {
  const { roleName: RoleName, description, boundaryArn } = role
  const tags = role.tags.filter(({ Key }) => Key !== '')
  return [
    {
      says: `Create the role ${RoleName}`,
      operation: 'CreateRole',
      input: {
        RoleName,
        AssumeRolePolicyDocument: role.trust,
        MaxSessionDuration: role.maxSessionSeconds,
        ...(description !== '' && { Description: description }),
        ...(boundaryArn !== undefined && { PermissionsBoundary: boundaryArn }),
        ...(tags.length > 0 && { Tags: tags }),
      },
    },
    ...role.policyArns.map((PolicyArn) => ({
      says: `Attach the policy ${PolicyArn.split('/').at(-1)}`,
      operation: 'AttachRolePolicy',
      input: { RoleName, PolicyArn },
    })),
  ]
}
