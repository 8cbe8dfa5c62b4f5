import type { Members } from '@fleetkey/wire/aws/validation'

/** Tab, line breaks and what Latin-1 can print (IAM API reference, `roleDescriptionType`). */
export const DESCRIPTION = { max: 1000, pattern: /^[\t\n\r -~\u00a1-\u00ff]*$/ }

/** `MaxSessionDuration`, in seconds: one to twelve hours. */
export const readSessionSeconds = (v: Members): number | undefined =>
  v.optionalInteger('MaxSessionDuration', { min: 3600, max: 43_200 })
