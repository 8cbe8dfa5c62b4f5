import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ServiceException } from '@fleetkey/domain/exceptions/service-exception'
import fc from 'fast-check'
import { QueryText } from './fields.ts'
import { parseQueryRequest } from './query-request.ts'

/** The fields of a form, with the text of each value. */
const fieldsOf = (form: string) =>
  textsOf(Object.fromEntries(parseQueryRequest(`Action=A&Version=V&${form}`).fields))

function textsOf(value: unknown): unknown {
  if (value instanceof QueryText) return value.text
  if (Array.isArray(value)) return value.map(textsOf)
  assert.ok(typeof value === 'object' && value !== null)
  return Object.fromEntries(Object.entries(value).map(([name, below]) => [name, textsOf(below)]))
}

describe('parseQueryRequest', () => {
  it('gives action, version and the members without them', () => {
    assert.deepEqual(
      parseQueryRequest(
        new TextEncoder().encode('Action=GetUser&Version=2010-05-08&UserName=a+b%20c'),
      ),
      {
        action: 'GetUser',
        version: '2010-05-08',
        fields: new Map([['UserName', new QueryText('a b c')]]),
      },
    )
  })

  it('leaves the version open', () => {
    assert.deepEqual(parseQueryRequest('Action=A'), {
      action: 'A',
      version: undefined,
      fields: new Map(),
    })
  })

  it('leaves out the signature of a presigned query', () => {
    assert.deepEqual(
      fieldsOf('X-Amz-Signature=0&X-Amz-Security-Token=t&X-Amz-Date=1&UserName=ann&x-amz-date=2'),
      { UserName: 'ann', 'x-amz-date': '2' },
    )
  })

  it('reads a list, in any order of its members', () => {
    assert.deepEqual(fieldsOf('L.member.3=c&L.member.1=a&L.member.2=b'), { L: ['a', 'b', 'c'] })
  })

  it('orders a list by number, not by text', () => {
    const items = Array.from({ length: 11 }, (_, n) => `v${n + 1}`)
    const form = items.map((value, n) => `L.member.${n + 1}=${value}`).toReversed()
    assert.deepEqual(fieldsOf(form.join('&')), { L: items })
  })

  it('reads a flat list, as EC2 has it', () => {
    assert.deepEqual(
      fieldsOf(
        'InstanceId.1=i-1&InstanceId.2=i-2&Filter.1.Name=n&Filter.1.Value.1=x&Filter.1.Value.2=y',
      ),
      { InstanceId: ['i-1', 'i-2'], Filter: [{ Name: 'n', Value: ['x', 'y'] }] },
    )
  })

  it('reads a list of structures with lists in them', () => {
    assert.deepEqual(
      fieldsOf(
        'E.member.1.Name=a&E.member.1.Values.member.1=x&E.member.2.Name=b&E.member.2.Values=',
      ),
      {
        E: [
          { Name: 'a', Values: ['x'] },
          // What an empty text is, its reader knows.
          { Name: 'b', Values: '' },
        ],
      },
    )
  })

  it('reads a list of lists', () => {
    assert.deepEqual(fieldsOf('L.member.1.member.1=a&L.member.2.1=b'), { L: [['a'], ['b']] })
  })

  it('reads a structure', () => {
    assert.deepEqual(fieldsOf('S.A=1&S.B.C=2'), { S: { A: '1', B: { C: '2' } } })
  })

  it('reads a map', () => {
    assert.deepEqual(
      fieldsOf('M.entry.2.key=b&M.entry.2.value.X=2&M.entry.1.key=a.1&M.entry.1.value=1'),
      { M: { 'a.1': '1', b: { X: '2' } } },
    )
  })

  it('reads members called member and entry, which no list is', () => {
    assert.deepEqual(fieldsOf('S.member=1&S.entry=2'), { S: { member: '1', entry: '2' } })
    assert.deepEqual(fieldsOf('S.member.Name=1'), { S: { member: { Name: '1' } } })
    assert.deepEqual(fieldsOf('S.entry.Name=1'), { S: { entry: { Name: '1' } } })
    assert.deepEqual(fieldsOf('S.entry.1=a&S.Other=b'), { S: { entry: ['a'], Other: 'b' } })
  })

  it('takes __proto__ and constructor for names like others', () => {
    const { fields } = parseQueryRequest(
      'Action=A&__proto__.polluted=1&S.__proto__.polluted=2&M.entry.1.key=__proto__&M.entry.1.value=3',
    )
    assert.deepEqual([...fields.keys()], ['__proto__', 'S', 'M'])
    const own = (name: string) => Object.entries(fields.get(name) as object)
    assert.deepEqual(own('M'), [['__proto__', new QueryText('3')]])
    assert.deepEqual(
      own('S').map(([name]) => name),
      ['__proto__'],
    )
    assert.equal(({} as { polluted?: unknown }).polluted, undefined)
    assert.equal(fields.get('constructor'), undefined)
  })

  it('takes sixteen levels and no more (would exhaust the stack)', () => {
    const nested = (levels: number) => `${Array.from({ length: levels }, () => 'a').join('.')}=1`
    assert.ok(fieldsOf(nested(16)))
    assert.throws(() => fieldsOf(nested(17)), { code: 'SerializationException' })
    assert.throws(() => fieldsOf(nested(1_000_000)), { code: 'SerializationException' })
  })

  it('refuses a request without action', () => {
    for (const form of ['', 'Version=V', 'Action=', 'action=A']) {
      assert.throws(() => parseQueryRequest(form), { code: 'MissingAction', status: 400 })
    }
  })

  it('refuses what is no form', () => {
    assert.throws(() => parseQueryRequest('{"Action":"A"}'), { code: 'MalformedQueryString' })
  })

  const refusals: Record<string, string> = {
    'a name twice (which one was checked?)': 'A=1&A=2',
    'a name twice in two spellings': 'A=1&%41=1',
    'an item twice': 'L.member.1=a&L.member.1=b',
    'a second action': 'Action=B',
    'a second version': 'Version=W',
    'an action that is a list': 'Action.1=B',
    'a value and a structure': 'A=1&A.B=2',
    'a structure and a value': 'A.B=2&A=1',
    'an empty list with an item in it': 'L=&L.member.1=a',
    'a list in both forms': 'L.member.1=a&L.1=b',
    'a list that is also a structure': 'L.member.1=a&L.B=b',
    'a flat list that is also a structure': 'L.1=a&L.B=b',
    'a list that lacks an item': 'L.member.1=a&L.member.3=c',
    'a list that does not start at 1': 'L.member.2=b',
    'a list that counts from 0': 'L.member.0=a&L.member.1=b',
    'a number with a leading zero (twice the same item)': 'L.member.1=a&L.member.01=b',
    'a number that would reserve memory': 'L.member.999999999=a',
    'a number beyond all numbers': `L.member.${'9'.repeat(400)}=a`,
    'a list with an item that has a name': 'L.member.1=a&L.member.x=b',
    'a request that is a list itself': '1=a',
    'a map without key': 'M.entry.1.value=a',
    'a map without value': 'M.entry.1.key=a',
    'a map with more than key and value': 'M.entry.1.key=a&M.entry.1.value=b&M.entry.1.other=c',
    'a map whose key is a structure': 'M.entry.1.key.a=a&M.entry.1.value=b',
    'a map of texts': 'M.entry.1=a',
    'a map of lists': 'M.entry.1.1=a',
    'a map that lacks an entry': 'M.entry.2.key=a&M.entry.2.value=b',
    'a key of a map twice': 'M.entry.1.key=a&M.entry.1.value=b&M.entry.2.key=a&M.entry.2.value=c',
    'an empty part at the start': '.a=1',
    'an empty part at the end': 'a.=1',
    'an empty part between': 'a..b=1',
  }
  for (const [harm, form] of Object.entries(refusals)) {
    it(`refuses ${harm}`, () => {
      assert.throws(() => parseQueryRequest(`Action=A&Version=V&${form}`), {
        code: 'SerializationException',
      })
    })
  }

  it('says which member, cut and without control characters (would act on a terminal)', () => {
    const name = `%1b[2J${'x'.repeat(200)}`
    assert.throws(() => fieldsOf(`${name}=1&${name}=2`), {
      message: `The member '?[2J${'x'.repeat(96)}...' cannot be read: given more than once.`,
    })
    assert.throws(() => fieldsOf('Tags.member.1.Key=a&Tags.member.3.Key=b'), {
      message:
        "The member 'Tags.member' cannot be read: 2 is missing among the numbers that count its items.",
    })
  })

  /** Names of the parts that mean something, so that most forms come close to one. */
  const anyName = fc
    .array(
      fc.constantFrom('', 'A', 'member', 'entry', 'key', 'value', '0', '1', '2', '__proto__'),
      {
        maxLength: 5,
      },
    )
    .map((parts) => parts.join('.'))
  const anyForm = fc
    .array(fc.tuple(anyName, fc.constantFrom('', '1', '%', '%C3%A9')), { maxLength: 8 })
    .map((members) => members.map(([name, value]) => `${name}=${value}`).join('&'))

  it('answers or refuses, whatever the form', () => {
    fc.assert(
      fc.property(fc.oneof(anyForm, fc.string(), fc.string({ unit: 'binary' })), (form) => {
        try {
          parseQueryRequest(`Action=A&${form}`)
        } catch (error) {
          assert.ok(error instanceof ServiceException, String(error))
        }
      }),
      { numRuns: 5000 },
    )
  })

  it('answers or refuses, whatever the bytes', () => {
    const start = new TextEncoder().encode('Action=A&B=')
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          parseQueryRequest(Uint8Array.of(...start, ...bytes))
        } catch (error) {
          assert.ok(error instanceof ServiceException, String(error))
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('takes time that grows with the form, not faster', () => {
    const size = 1_000_000
    const forms = {
      'one long value': `A=${'x'.repeat(size)}`,
      'one long escaped value': `A=${'%C3%A9'.repeat(size / 6)}`,
      'one long name': `${'A'.repeat(size)}=`,
      'a name of dots': `${'A.'.repeat(size / 2)}A=`,
      ampersands: '&'.repeat(size),
      'equals signs': '='.repeat(size),
      'percent signs': `A=${'%'.repeat(size)}`,
      'as many items as are taken': Array.from(
        { length: 4000 },
        (_, n) => `L.member.${n + 1}=`,
      ).join('&'),
      'as many levels as are taken': Array.from(
        { length: 4000 },
        (_, n) => `${'a.b.c.d.e.f.g.h.i.j.k.l.m.n'}.${n + 1}=`,
      ).join('&'),
      'as many maps as are taken': Array.from(
        { length: 2000 },
        (_, n) => `M.entry.${n + 1}.key=${n}&M.entry.${n + 1}.value=`,
      ).join('&'),
    }
    for (const [what, form] of Object.entries(forms)) {
      const start = performance.now()
      try {
        parseQueryRequest(`Action=A&${form}`)
      } catch (error) {
        assert.ok(error instanceof ServiceException, String(error))
      }
      // A few milliseconds each; a step for each pair of characters would take minutes.
      const took = performance.now() - start
      assert.ok(took < 1000, `${what} took ${took} ms`)
    }
  })
})
