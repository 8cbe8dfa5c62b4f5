import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { browserName } from './browser-name.ts'

const MOZILLA = 'Mozilla/5.0'

describe('the name of a browser', () => {
  it('is what people call it, though most call themselves by several', () => {
    const chrome = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36'
    assert.equal(browserName(`${MOZILLA} (X11; Linux x86_64) ${chrome}`), 'Chrome on Linux')
    assert.equal(browserName(`${MOZILLA} (Windows NT 10.0) ${chrome} Edg/156.0`), 'Edge on Windows')
    assert.equal(
      browserName(
        `${MOZILLA} (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1`,
      ),
      'Safari on iPhone',
    )
    assert.equal(
      browserName(`${MOZILLA} (Macintosh; rv:150.0) Gecko/20100101 Firefox/150.0`),
      'Firefox on macOS',
    )
    assert.equal(browserName(''), 'A browser')
  })
})
