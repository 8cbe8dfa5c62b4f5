// What is asked: routing and parsing.

import { refuse, quote } from './service-exception.ts'

export const unknownOperation = (target: string) =>
  refuse('UnknownOperationException', 400, `The operation ${quote(target)} is not known here.`)

export const serializationFailure = (detail: string) =>
  refuse('SerializationException', 400, detail)

/** For what is no form at all (Query API). The status is the one that IAM and STS document. */
export const malformedQueryString = (detail: string) => refuse('MalformedQueryString', 404, detail)

export const missingAction = () =>
  refuse('MissingAction', 400, 'The request is missing an action: Action names the operation.')

export const invalidArgs = (detail: string) => refuse('InvalidArgsException', 400, detail)

/** For Fleetkey's own, EC2, STS and IAM operations; EC2 Instance Connect says `InvalidArgsException`. */
export const validationFailure = (detail: string) => refuse('ValidationException', 400, detail)

export const requestTooLarge = (limit: number) =>
  refuse('RequestEntityTooLargeException', 413, `The request is larger than ${limit} bytes.`)
