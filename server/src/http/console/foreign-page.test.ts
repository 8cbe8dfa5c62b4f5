import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createForeignPage } from './foreign-page.ts'

const sentBy = (...origins: readonly string[]) => ({
  isSecure: true,
  raw: {
    method: 'POST',
    target: '/',
    headers: [['host', 'console.example'], ...origins.map((one) => ['origin', one] as const)],
    body: Buffer.alloc(0),
  } as const,
})

it('is whoever names several origins (which of them counts is for nobody to choose)', () => {
  for (const configured of [[], ['https://console.example']]) {
    const foreignPage = createForeignPage(configured)
    assert.equal(foreignPage(sentBy('https://console.example')), undefined)
    assert.ok(foreignPage(sentBy('https://console.example', 'https://evil.example')))
    assert.ok(foreignPage(sentBy('https://console.example', 'https://console.example')))
    assert.ok(foreignPage(sentBy()))
  }
})
