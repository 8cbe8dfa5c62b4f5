// CloudTrail's codes (CloudTrail API reference).

import { refuse, quote } from './service-exception.ts'

export const invalidLookupAttributes = (detail: string) =>
  refuse('InvalidLookupAttributesException', 400, detail)

export const invalidTimeRange = () =>
  refuse('InvalidTimeRangeException', 400, 'The start time is after the end time. Swap them.')

export const invalidMaxResults = (max: number) =>
  refuse(
    'InvalidMaxResultsException',
    400,
    `MaxResults is not valid. Specify a value from 1 through ${max}.`,
  )

export const invalidTrailToken = () =>
  refuse(
    'InvalidNextTokenException',
    400,
    'The token is not one that this operation gave for this very question. Ask with the same parameters as before, or for the first page, without NextToken.',
  )

export const invalidEventCategory = () =>
  refuse(
    'InvalidEventCategoryException',
    400,
    'EventCategory is not valid: this trail has management events only. Leave it out.',
  )

export const trailNotFound = (name: string) =>
  refuse(
    'TrailNotFoundException',
    400,
    `There is no trail ${quote(name)}: the one there is is called main.`,
  )

export const invalidToken = () =>
  refuse('InvalidTokenException', 400, 'NextToken is not one that this operation gave.')
