import type { PlannedStep } from '@fleetkey/iam/apply/planned-step'

/** `12 changes` */
export const counted = (count: number, word = 'change'): string =>
  `${count} ${word}${count === 1 ? '' : 's'}`

/** What is made, changed and taken away by how many steps, and whom or what of it is gone for good. */
export function summaryOf(steps: readonly PlannedStep[]) {
  const by = (sign: string) => steps.filter(({ description }) => description.sign === sign).length
  return {
    given: by('+'),
    changed: by('~'),
    taken: by('-'),
    deleted: steps.flatMap(({ step }) => {
      switch (step.kind) {
        case 'delete':
          return [`${step.of} ${step.name}`]
        case 'deletePolicy':
          return [`policy ${step.name}`]
        case 'deleteProvider':
          return [`identity provider ${step.name}`]
        case 'deleteInline':
        case 'createPolicy':
        case 'changePolicy':
        case 'createGroup':
        case 'createUser':
        case 'createRole':
        case 'updateRole':
        case 'setTrust':
        case 'attach':
        case 'detach':
        case 'putInline':
        case 'setBoundary':
        case 'addMember':
        case 'removeMember':
        case 'tag':
        case 'untag':
        case 'createProvider':
        case 'addClient':
        case 'removeClient':
        case 'setClaims':
          return []
      }
    }),
    worries: steps.flatMap(({ findings }) => findings).filter(({ level }) => level === 'error')
      .length,
  }
}
