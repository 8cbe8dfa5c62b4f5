import type { Step } from '../parts/steps.ts'

/** Takes a second factor away from somebody. */
export function removalSteps(UserName: string, SerialNumber: string): readonly Step[] {
  return [
    {
      says: `It is no second factor of ${UserName} any more`,
      operation: 'DeactivateMFADevice',
      input: { UserName, SerialNumber },
    },
    // A device of nobody's is of no use, and would keep its name taken. A passkey is gone already.
    ...(SerialNumber.includes(':mfa/')
      ? [
          {
            says: 'Its name is free again',
            operation: 'DeleteVirtualMFADevice',
            input: { SerialNumber },
          },
        ]
      : []),
  ]
}
