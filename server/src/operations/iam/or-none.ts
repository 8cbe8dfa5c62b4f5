import type { Members } from '@fleetkey/wire/aws/validation'

/**
 * `OrNone`, which is ours: where there is none the answer is empty. AWS's clients do not know it and get AWS's NoSuchEntity, which a browser
 * would write into its log as a failure of the page.
 */
export const readOrNone = (v: Members): boolean => v.optionalBoolean('OrNone') ?? false
