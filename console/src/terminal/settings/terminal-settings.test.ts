import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DEFAULT_SETTINGS, isFontFamily, parseSettings } from './terminal-settings.ts'

describe('parseSettings', () => {
  it('comes back as it was kept', () => {
    const kept = {
      ...DEFAULT_SETTINGS,
      fontSize: 18,
      theme: 'solarized-dark',
      bell: 'sound',
      cursorStyle: 'bar',
      copiesOnSelect: true,
    }
    assert.deepEqual(parseSettings(JSON.stringify(kept)), kept)
  })

  it('takes the default for each part that is wrong', () => {
    for (const text of [undefined, '', '[]', 'null', '{"fontSize":"x","theme":"toString"}', '{']) {
      assert.deepEqual(parseSettings(text), DEFAULT_SETTINGS, text)
    }
  })

  it('keeps numbers within their limits', () => {
    const settings = parseSettings('{"fontSize":1,"scrollback":1000000000}')
    assert.equal(settings.fontSize, 8)
    assert.equal(settings.scrollback, 100_000)
  })
})

describe('isFontFamily', () => {
  it('takes names of fonts, and nothing that would end the style', () => {
    assert.equal(isFontFamily(`"Fira Code", 'Noto Sans Mono', monospace`), true)
    assert.equal(isFontFamily('x;}*{display:none'), false)
    assert.equal(isFontFamily('url(https://x)'), false)
  })
})
