import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isSoftware } from './renderer.ts'

describe('isSoftware', () => {
  it('knows what draws with the processor', () => {
    for (const renderer of [
      'ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero)), SwiftShader driver)',
      'llvmpipe (LLVM 15.0.6, 256 bits)',
      'Microsoft Basic Render Driver',
      '',
    ]) {
      assert.equal(isSoftware(renderer), true, renderer)
    }
  })

  it('knows cards', () => {
    assert.equal(
      isSoftware('ANGLE (Intel, Mesa Intel(R) UHD Graphics 620 (KBL GT2), OpenGL 4.6)'),
      false,
    )
    assert.equal(isSoftware('Apple M2'), false)
  })
})
