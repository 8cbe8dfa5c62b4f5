import { Failure } from '../failure.ts'

/** A JSON object from the server. Its fields are read with the functions below, which refuse what is not as the API says. */
export type Answer = Readonly<Record<string, unknown>>

export function asAnswer(value: unknown, what = 'the answer'): Answer {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Answer
  throw unexpected(`${what} is not an object`)
}

export function textOf(answer: Answer, field: string): string {
  const value = answer[field]
  if (typeof value === 'string') return value
  throw unexpected(`${field} is not a text`)
}

export function optionalTextOf(answer: Answer, field: string): string | undefined {
  return answer[field] === undefined || answer[field] === null ? undefined : textOf(answer, field)
}

export function numberOf(answer: Answer, field: string): number {
  const value = answer[field]
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw unexpected(`${field} is not a number`)
}

export function listOf(answer: Answer, field: string): readonly unknown[] {
  const value = answer[field] ?? []
  if (Array.isArray(value)) return value
  throw unexpected(`${field} is not a list`)
}

export function answersOf(answer: Answer, field: string): readonly Answer[] {
  return listOf(answer, field).map((item) => asAnswer(item, `an entry of ${field}`))
}

export function textsOf(answer: Answer, field: string): readonly string[] {
  return listOf(answer, field).map((item) => {
    if (typeof item === 'string') return item
    throw unexpected(`an entry of ${field} is not a text`)
  })
}

/** A time in AWS JSON: seconds since 1970, or ISO 8601 text. As milliseconds since 1970. */
export function timeOf(answer: Answer, field: string): number {
  const value = answer[field]
  const time = typeof value === 'string' ? Date.parse(value) : Number(value) * 1000
  if (value !== null && !Number.isNaN(new Date(time).getTime())) return time
  throw unexpected(`${field} is not a time`)
}

export function optionalTimeOf(answer: Answer, field: string): number | undefined {
  return answer[field] === undefined || answer[field] === null ? undefined : timeOf(answer, field)
}

export function unexpected(detail: string): Failure {
  return new Failure(
    'badAnswer',
    'The server answered something that this fleetkey does not know.',
    {
      why: [detail],
      todo: ['Check that the endpoint is a Fleetkey server, and that both have the same version.'],
    },
  )
}
