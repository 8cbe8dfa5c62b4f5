import { z } from 'zod'
import { s3Schema } from '../s3/s3-config.ts'

/** What of terminals is recorded, where it is kept, and for how long: docs/operate/recordings.md. */
export const recordingsSchema = z
  .strictObject({
    /** false: nothing is recorded, and where it must be there is no terminal. */
    enabled: z.boolean().default(true),
    /**
     * Where there is no terminal without a recording: nowhere, for instances with RECORDING_REQUIRED_TAG, everywhere. Elsewhere the person is
     * told when theirs is not recorded.
     */
    required: z.enum(['never', 'tagged', 'always']).default('tagged'),
    /** What is typed, too: passwords among it. */
    input: z.boolean().default(false),
    /** Default: `recordings` in dataDir. With `s3`: until they are in the bucket. */
    directory: z.string().startsWith('/', 'must be an absolute path').optional(),
    s3: s3Schema.optional(),
    /** Removed so long after their end. */
    keepDays: z.number().int().min(1).max(36_500).default(90),
    /** Of one recording, as asciicast text: a longer one fails. */
    maxMegabytes: z.number().int().min(1).max(100_000).default(1024),
  })
  .refine(
    ({ enabled, required }) => enabled || required !== 'always',
    'required: always with enabled: false would let nobody open any terminal',
  )
  .prefault({})

export type RecordingsConfig = z.infer<typeof recordingsSchema>
