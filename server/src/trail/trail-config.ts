import { z } from 'zod'
import { s3Schema } from '../s3/s3-config.ts'
import { streamsSchema } from './streams/stream-config.ts'
import { webhookUrl } from './webhook-url.ts'

/** Whatever directory the server is started in. */
const path = z.string().startsWith('/', 'must be an absolute path')

/** How the trail is proven, where it is exported to, and how long it is kept. */
export const trailSchema = z
  .strictObject({
    /** A digest is signed every so often. */
    digestSeconds: z.number().int().min(10).max(3600).default(300),
    export: z
      .array(z.union([z.strictObject({ directory: path }), z.strictObject({ s3: s3Schema })]))
      .max(8)
      .default([]),
    anchors: z
      .array(
        z.union([
          z.strictObject({ file: path }),
          z.strictObject({ webhook: webhookUrl }),
          z.strictObject({ s3: s3Schema }),
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
