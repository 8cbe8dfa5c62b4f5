import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, before, describe, it } from 'node:test'
import { LoopbackListener } from './loopback-listener.ts'

const STATE = 'a-state'

describe('LoopbackListener', () => {
  let listener: LoopbackListener
  let answer: ReturnType<LoopbackListener['answerTo']>
  before(async () => {
    listener = await LoopbackListener.open()
    answer = listener.answerTo(STATE, new AbortController().signal)
  })
  after(() => listener.close())

  it('is on this machine alone, at a port that nobody can foresee', () => {
    assert.match(listener.redirectUri, /^http:\/\/127\.0\.0\.1:\d+\/callback$/)
  })

  const strangers: readonly (readonly [string, string, object, number])[] = [
    ['a page with no state', '', {}, 400],
    ['a page with another state', '?state=b-state', {}, 400],
    ['another path', '/more?state=a-state', {}, 404],
    ['another method', '?state=a-state', { method: 'POST' }, 404],
    [
      'a name that was made to mean this machine (DNS rebinding)',
      '?state=a-state',
      { headers: { host: 'evil.example' } },
      421,
    ],
  ]
  for (const [what, more, options, status] of strangers) {
    it(`is not moved by ${what}`, async () => {
      const got = await ask(listener.redirectUri + more, options)
      assert.equal(got.status, status)
      assert.match(got.html, /not the sign-in that is waited for/)
    })
  }

  it('takes the answer that is waited for, and only the first', async () => {
    const first = ask(`${listener.redirectUri}?state=a-state&code=x`)
    const { url, show } = await answer
    assert.equal(url.searchParams.get('code'), 'x')
    const second = await ask(`${listener.redirectUri}?state=a-state&code=y`)
    assert.equal(second.status, 410)
    await show({ kind: 'signed in', name: 'carol', issuer: 'https://idp.example' })
    const { status, html, headers } = await first
    assert.equal(status, 200)
    assert.match(html, /signed in as carol/)
    assert.equal(headers['cache-control'], 'no-store')
    assert.equal(headers['referrer-policy'], 'no-referrer')
    assert.match(String(headers['content-security-policy']), /default-src 'none'/)
  })

  it('stops waiting when told to', async () => {
    const other = await LoopbackListener.open()
    try {
      const stop = new AbortController()
      const waiting = other.answerTo(STATE, stop.signal)
      stop.abort(new Error('enough'))
      await assert.rejects(waiting, /enough/)
    } finally {
      other.close()
    }
  })
})

function ask(url: string, options: object = {}) {
  return new Promise<{
    status: number | undefined
    html: string
    headers: Record<string, unknown>
  }>((resolve, reject) => {
    request(url, options, (response) => {
      let html = ''
      response.setEncoding('utf8').on('data', (text: string) => (html += text))
      response.on('end', () =>
        resolve({ status: response.statusCode, html, headers: response.headers }),
      )
    })
      .on('error', reject)
      .end()
  })
}
