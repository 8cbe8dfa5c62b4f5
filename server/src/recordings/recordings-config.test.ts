import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { recordingsSchema } from './recordings-config.ts'

const refused = (settings: object) => recordingsSchema.safeParse(settings).error?.message ?? ''

describe('the settings of recordings', () => {
  it('need nothing', () => {
    assert.deepEqual(recordingsSchema.parse(undefined), {
      enabled: true,
      required: 'tagged',
      input: false,
      keepDays: 90,
      maxMegabytes: 1024,
    })
  })

  it('take a bucket, with the secret elsewhere', () => {
    const s3 = {
      endpoint: 'https://s3.example.com',
      bucket: 'archive',
      accessKeyId: 'AKIA1',
      secretAccessKeyVariable: 'SECRET',
    }
    assert.equal(recordingsSchema.parse({ s3 }).s3?.bucket, 'archive')
    assert.match(
      refused({ s3: { ...s3, secretAccessKeyVariable: undefined } }),
      /secretAccessKeyFile/,
    )
  })

  it('are refused where nobody could open any terminal, or what they say is nothing', () => {
    assert.match(refused({ enabled: false, required: 'always' }), /nobody open any terminal/)
    assert.match(refused({ directory: 'recordings' }), /absolute/)
    assert.match(refused({ keepDays: 0 }), /keepDays/)
    assert.match(refused({ retired: 1 }), /retired/)
  })
})
