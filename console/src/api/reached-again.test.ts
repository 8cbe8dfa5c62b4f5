import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ApiRefusal } from './api-refusal.ts'
import { sayingSo } from './reached-again.ts'

const said = (code: string, status: number) =>
  sayingSo(new ApiRefusal({ code, status, message: 'Not now.', requestId: 'r-1' }))

describe('a refusal on a page', () => {
  it('says that the page asks again where it does', () => {
    const says = 'Not now. This page asks again by itself.'
    for (const [code, status] of [
      ['Unreachable', 0],
      ['Unexpected', 502],
      ['Unexpected', 429],
      ['ThrottlingException', 400],
    ] as const) {
      const shown = said(code, status)
      assert.deepEqual([shown?.message, shown?.code, shown?.requestId], [says, code, 'r-1'])
    }
  })

  it('promises nothing where asking again changes nothing', () => {
    assert.equal(said('AccessDeniedException', 403)?.message, 'Not now.')
    assert.equal(said('ServiceException', 500)?.message, 'Not now.')
  })
})
