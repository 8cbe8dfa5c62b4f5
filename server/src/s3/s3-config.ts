import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import type { S3Place } from './s3-request.ts'

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/
/** What needs no percent-encoding in a URL, and no `.` that a path would resolve. */
const PREFIX = /^(?:[\w-][\w.-]*)(?:\/[\w-][\w.-]*)*$/

/** A bucket of an S3-compatible store, as the configuration names one. */
export const s3Schema = z
  .strictObject({
    endpoint: z.string().regex(/^https?:\/\/[^/?#@]+$/, 'must look like https://s3.example.com'),
    bucket: z.string().regex(BUCKET, 'must be the name of a bucket'),
    prefix: z
      .string()
      .max(200)
      .regex(PREFIX, 'must be letters, digits, ".", "_", "-" and "/" inside')
      .optional(),
    region: z
      .string()
      .regex(/^[a-z0-9-]{1,64}$/)
      .default('us-east-1'),
    accessKeyId: z.string().regex(/^[\w-]{1,128}$/),
    secretAccessKeyFile: z.string().startsWith('/', 'must be an absolute path').optional(),
    secretAccessKeyVariable: z.string().min(1).optional(),
  })
  .refine(
    ({ secretAccessKeyFile: file, secretAccessKeyVariable: variable }) =>
      (file === undefined) !== (variable === undefined),
    'needs secretAccessKeyFile or secretAccessKeyVariable (the name of an environment variable), and not both',
  )

export type S3Config = z.infer<typeof s3Schema>

export const placeOf = (
  s3: S3Config,
  environment: Readonly<Record<string, string | undefined>>,
): S3Place => ({
  ...s3,
  prefix: s3.prefix ?? '',
  secretAccessKey: () => secretOf(s3, environment),
})

/** The secret as it is now, without the line break that editors leave. Rejects, without telling any of it, when there is none. */
export async function secretOf(
  { secretAccessKeyFile: file, secretAccessKeyVariable: variable = '' }: S3Config,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const secret = file === undefined ? environment[variable] : await readFile(file, 'utf8')
  const trimmed = secret?.trim()
  if (trimmed) return trimmed
  throw new Error(`${file ?? `the environment variable ${variable}`} holds no secret access key`)
}
