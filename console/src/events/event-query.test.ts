import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { eventsLink, queryInUrl, queryOfUrl, searchOf } from './event-query.ts'
import { queryOfTokens, tokensOf } from './filter-tokens.ts'
import { fitsQuery } from './fits-query.ts'
import { pickedRange, rangeOfPicked } from './picked-range.ts'
import { sampleEvent } from './testing/sample-event.ts'
import { readEvent } from './trail-record.ts'

const ofText = (text: string) => queryOfUrl(new URLSearchParams(text))
const NOW = 1_800_000_000

describe('the query of the event history', () => {
  it('stands in the URL, whole, beside what else is there', () => {
    const text =
      'event=e-1&instance=web-1&outcome=denied&outcome=failed&tag%3AEnv=prod&text=a+b&reads=yes&range=7d'
    const search = queryInUrl(ofText(text), new URLSearchParams('event=e-1&principal=old&range=1h'))
    assert.equal(search.toString(), text)
  })
  it('takes links of other pages, and passes over what is no filter', () => {
    assert.equal(eventsLink({ 'request-id': 'r 1' }), '/events?request-id=r+1')
    assert.deepEqual(ofText('request-id=r-1&nonsense=1&tag:=x').filters, [
      { name: 'request-id', values: ['r-1'] },
    ])
  })
  it('asks what SearchEvents takes', () => {
    assert.deepEqual(searchOf(ofText('outcome=denied&outcome=failed&text=deploy&range=15m'), NOW), {
      Filters: [{ Name: 'outcome', Values: ['denied', 'failed'] }],
      Text: 'deploy',
      StartTime: NOW - 900,
      Order: 'newest',
      Detail: 'notable',
    })
    for (const asksForReads of [
      'request-id=r-1',
      'event-id=e-1',
      'event-name=GetGrant',
      'read-only=true',
      'reads=yes',
    ]) {
      assert.equal(searchOf(ofText(asksForReads), NOW).Detail, 'acts', asksForReads)
    }
  })
  it('takes a beginning, an end or both', () => {
    const from = Date.UTC(2026, 10, 26, 8) / 1000
    const asked = searchOf(ofText('from=2026-11-26T08:00:00Z'), NOW)
    assert.deepEqual([asked.StartTime, asked.EndTime], [from, undefined])
    const url = queryInUrl(
      ofText('from=2026-11-26T08:00:00Z&to=2026-11-26T09:00:00Z'),
      new URLSearchParams(),
    )
    assert.equal(url.get('to'), '2026-11-26T09:00:00Z')
    assert.equal(ofText('from=nonsense&range=soon').range, undefined)
  })
})

describe('the tokens of the filter bar', () => {
  it('are the filters and words, and back', () => {
    const query = ofText('outcome=denied&outcome=failed&text=deploy+"no+such+user"')
    const tokens = tokensOf(query)
    assert.equal(tokens.length, 4)
    assert.deepEqual(queryOfTokens(tokens), { filters: query.filters, text: query.text })
  })
  it('keep a text with blanks together, and take out quotes that cannot stand in it', () => {
    const words = (value: string) => queryOfTokens([{ operator: ':', value }]).text
    assert.equal(words(' no such user '), '"no such user"')
    assert.equal(words('say "hello world" now'), 'say "hello world" now')
    assert.deepEqual(
      queryOfTokens([{ propertyKey: 'instance', operator: '=', value: ' ' }]).filters,
      [],
    )
  })
})

describe('the range that is picked', () => {
  it('comes back as it was', () => {
    for (const text of [
      'range=15m',
      'range=12h',
      'range=7d',
      'from=2026-11-26T08:00:00Z&to=2026-11-26T09:00:00Z',
    ]) {
      const { range } = ofText(text)
      assert.deepEqual(rangeOfPicked(pickedRange(range)), range)
    }
    assert.equal(rangeOfPicked({ type: 'relative', amount: Number.NaN, unit: 'hour' }), undefined)
    assert.equal(rangeOfPicked({ type: 'absolute', startDate: '', endDate: '' }), undefined)
  })
})

describe('fitsQuery', () => {
  const fits = (text: string, ...given: Parameters<typeof sampleEvent>) =>
    fitsQuery(ofText(text))(readEvent(sampleEvent(...given)))

  it('finds what a search would find', () => {
    assert.ok(fits('principal=ann&instance=web-1&outcome=ok'))
    assert.ok(fits('instance=i-0123456789abcdef0&os-user=root'))
    assert.ok(fits('source-address=203.0.113.0/24&text=WEB-1'))
    assert.ok(!fits('principal=bob'))
    assert.ok(!fits('source-address=10.0.0.0/8'))
  })
  it('leaves out what was only looked at, unless it is asked for', () => {
    const read = { eventName: 'DescribeInstances', readOnly: true }
    assert.ok(!fits('', read))
    assert.ok(fits('reads=yes', read))
    assert.ok(fits('event-name=DescribeInstances', read))
    assert.ok(fits('', { ...read, errorCode: 'AccessDenied' }))
  })
  it('leaves out what is after the end that was asked for', () => {
    assert.ok(!fits('to=2026-11-26T11:00:00Z'))
    assert.ok(fits('range=1h'))
  })
  it('refuses what the server would', () => {
    assert.throws(() => fits('source-address=nowhere'), { code: 'ValidationException' })
  })
})
