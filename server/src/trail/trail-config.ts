import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { streamsSchema } from './streams/stream-config.ts'
import { webhookUrl } from './webhook-url.ts'

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/
/** What needs no percent-encoding in a URL, and no `.` that a path would resolve. */
const PREFIX = /^(?:[\w-][\w.-]*)(?:\/[\w-][\w.-]*)*$/

/** Whatever directory the server is started in. */
const path = z.string().startsWith('/', 'must be an absolute path')

const s3 = z
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
    secretAccessKeyFile: path.optional(),
    secretAccessKeyVariable: z.string().min(1).optional(),
  })
  .refine(
    ({ secretAccessKeyFile: file, secretAccessKeyVariable: variable }) =>
      (file === undefined) !== (variable === undefined),
    'needs secretAccessKeyFile or secretAccessKeyVariable (the name of an environment variable), and not both',
  )

export type S3Config = z.infer<typeof s3>

/** How the trail is proven, where it is exported to, and how long it is kept. */
export const trailSchema = z
  .strictObject({
    /** A digest is signed every so often. */
    digestSeconds: z.number().int().min(10).max(3600).default(300),
    export: z
      .array(z.union([z.strictObject({ directory: path }), z.strictObject({ s3 })]))
      .max(8)
      .default([]),
    anchors: z
      .array(
        z.union([
          z.strictObject({ file: path }),
          z.strictObject({ webhook: webhookUrl }),
          z.strictObject({ s3 }),
        ]),
      )
      .max(8)
      .default([]),
    streams: streamsSchema,
    /** Without it nothing is ever removed. */
    retention: z.strictObject({ days: z.number().int().min(1).max(36_500) }).optional(),
  })
  .prefault({})

export type TrailConfig = z.infer<typeof trailSchema>

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
