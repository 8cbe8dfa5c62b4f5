import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { uploadName } from './upload-name.ts'

const file = (text: string, lastModified = 1) => new File([text], 'any', { lastModified })
const LONG = 'x'.repeat(200_000)

describe('the name of an upload', () => {
  it('is the same for the same file, wherever it is chosen again', async () => {
    const name = await uploadName(file(LONG))
    assert.equal(await uploadName(file(LONG)), name)
    assert.match(name, /^[a-z0-9]{8,32}$/)
  })

  it('is another for another size, time, beginning or end (it would go on with what is not its own)', async () => {
    const names = await Promise.all([
      uploadName(file(LONG)),
      uploadName(file(`${LONG}x`)),
      uploadName(file(LONG, 2)),
      uploadName(file(`y${LONG.slice(1)}`)),
      uploadName(file(`${LONG.slice(1)}y`)),
      uploadName(file('')),
      uploadName(file('x')),
    ])
    assert.equal(new Set(names).size, names.length)
  })
})
