import { z } from 'zod'
import { webhookUrl } from '../webhook-url.ts'

/** Whatever directory the server is started in. */
const path = z.string().startsWith('/', 'must be an absolute path')

const common = {
  /** How far the stream is, is kept under this name: with another one it begins anew. */
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, 'must be a name, e.g. siem'),
  /** Where it begins when it is new: with what comes, or with the first record that is kept. */
  from: z.enum(['now', 'beginning']).default('now'),
}

const stream = z.union([
  z.strictObject({
    ...common,
    syslog: z.strictObject({
      host: z.string().min(1).max(253),
      port: z.number().int().min(1).max(65_535),
      tls: z.boolean().default(false),
      /** File with the certificates (PEM) that the receiver's must lead to. */
      ca: path.optional(),
    }),
  }),
  z.strictObject({
    ...common,
    webhook: z.strictObject({
      url: webhookUrl,
      /** Lines of `Name: value`, for what is secret. */
      headersFile: path.optional(),
    }),
  }),
  z.strictObject({
    ...common,
    file: z.strictObject({
      path,
      rotateBytes: z.number().int().min(1_000_000).optional(),
    }),
  }),
])

/** Where records of the trail are handed to as they come. */
export const streamsSchema = z
  .array(stream)
  .max(8)
  .refine(
    (streams) => new Set(streams.map(({ name }) => name)).size === streams.length,
    'two streams have the same name',
  )
  .default([])

export type StreamConfig = z.infer<typeof stream>
