import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { invalidArgs } from '@fleetkey/domain/exceptions/request'
import { parseJsonObject } from './json-object.ts'
import { parseQueryRequest } from './query-request.ts'
import { validate, type Validation } from './validation.ts'

const pattern = /^i-[a-f0-9]+$/

const refuses = (
  fields: Record<string, unknown>,
  read: (v: Validation) => void,
  message: string,
) => {
  const v = validate(new Map(Object.entries(fields)))
  read(v)
  assert.throws(() => v.finish(invalidArgs), { code: 'InvalidArgsException', message })
}
const refusesType = (value: unknown, read: (v: Validation) => void, message: string) =>
  assert.throws(() => read(validate(new Map([['Member', value]]))), {
    code: 'SerializationException',
    message,
  })

describe('validate', () => {
  it('gives the values when all constraints hold', () => {
    const v = validate(
      new Map<string, unknown>([
        ['A', 'i-0'],
        ['N', 7],
        ['F', 1.5],
        ['L', ['x']],
        ['Z', null],
      ]),
    )
    assert.equal(v.requiredString('A', { min: 3, max: 3, pattern }), 'i-0')
    assert.equal(v.optionalString('B', { min: 1 }), undefined)
    assert.equal(v.optionalString('Z', { min: 1 }), undefined)
    assert.equal(v.optionalInteger('N', { min: 7, max: 7 }), 7)
    assert.equal(v.optionalInteger('M'), undefined)
    assert.equal(v.optionalNumber('F'), 1.5)
    assert.deepEqual(v.stringList('L', { max: 1 }), ['x'])
    assert.deepEqual(v.stringList('K'), [])
    v.finish(invalidArgs)
  })

  it('says in the words of AWS that a pattern does not match', () => {
    refuses(
      { InstanceId: 'mi-0123456789' },
      (v) => v.requiredString('InstanceId', { min: 10, max: 32, pattern }),
      "1 validation error detected: Value 'mi-0123456789' at 'instanceId' failed to satisfy constraint: Member must satisfy regular expression pattern: ^i-[a-f0-9]+$",
    )
  })

  it('counts and joins several', () => {
    refuses(
      { InstanceId: 'i-x', MaxResults: 51 },
      (v) => {
        v.requiredString('InstanceId', { min: 10, pattern })
        v.requiredString('InstanceOSUser')
        v.optionalInteger('MaxResults', { min: 1, max: 50 })
      },
      "4 validation errors detected: Value 'i-x' at 'instanceId' failed to satisfy constraint: Member must have length greater than or equal to 10; Value 'i-x' at 'instanceId' failed to satisfy constraint: Member must satisfy regular expression pattern: ^i-[a-f0-9]+$; Value null at 'instanceOSUser' failed to satisfy constraint: Member must not be null; Value '51' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 50",
    )
  })

  it('does not run a pattern on a text that is too long (could take for ever)', () => {
    refuses(
      { A: 'x'.repeat(33) },
      (v) => v.requiredString('A', { max: 32, pattern }),
      `1 validation error detected: Value '${'x'.repeat(33)}' at 'a' failed to satisfy constraint: Member must have length less than or equal to 32`,
    )
  })

  it('keeps a secret value out of the message (somebody pasted a private key)', () => {
    refuses(
      { SSHPublicKey: '-----BEGIN OPENSSH PRIVATE KEY-----' },
      (v) => v.requiredString('SSHPublicKey', { min: 80, pattern, secret: true }),
      "2 validation errors detected: Value at 'sSHPublicKey' failed to satisfy constraint: Member must have length greater than or equal to 80; Value at 'sSHPublicKey' failed to satisfy constraint: Member must satisfy regular expression pattern: ^i-[a-f0-9]+$",
    )
  })

  it('cuts a long value and shows no control characters (would act on a terminal)', () => {
    refuses(
      { A: `\x1b[2J\n${'y'.repeat(1000)}` },
      (v) => v.optionalString('A', { max: 1 }),
      `1 validation error detected: Value '?[2J?${'y'.repeat(123)}...' at 'a' failed to satisfy constraint: Member must have length less than or equal to 1`,
    )
  })

  it('names the bounds of a number and of a list', () => {
    refuses(
      { N: -1, L: ['a', 'b'] },
      (v) => {
        v.optionalNumber('N', { min: 0 })
        v.stringList('L', { max: 1 })
      },
      "2 validation errors detected: Value '-1' at 'n' failed to satisfy constraint: Member must have value greater than or equal to 0; Value of 2 items at 'l' failed to satisfy constraint: Member must have length less than or equal to 1",
    )
  })

  it('refuses a member of another JSON type, without showing it', () => {
    const string = (v: Validation) => v.requiredString('Member')
    refusesType(1, string, "NUMBER_VALUE cannot be converted to String at 'member'")
    refusesType(true, string, "TRUE_VALUE cannot be converted to String at 'member'")
    refusesType(false, string, "FALSE_VALUE cannot be converted to String at 'member'")
    refusesType(['x'], string, "LIST_VALUE cannot be converted to String at 'member'")
    refusesType({ x: 1 }, string, "STRUCTURE_VALUE cannot be converted to String at 'member'")
    const integer = (v: Validation) => v.optionalInteger('Member')
    refusesType('5', integer, "STRING_VALUE cannot be converted to Number at 'member'")
    refusesType(1.5, integer, "DECIMAL_VALUE cannot be converted to Integer at 'member'")
    refusesType(2 ** 53, integer, "NUMBER_VALUE cannot be converted to Integer at 'member'")
    const boolean = (v: Validation) => v.optionalBoolean('Member')
    refusesType(1, boolean, "NUMBER_VALUE cannot be converted to Boolean at 'member'")
    const structure = (v: Validation) => v.structure('Member')
    refusesType('x', structure, "STRING_VALUE cannot be converted to Structure at 'member'")
    refusesType([{}], structure, "LIST_VALUE cannot be converted to Structure at 'member'")
    const structures = (v: Validation) => v.structureList('Member')
    refusesType({}, structures, "STRUCTURE_VALUE cannot be converted to List at 'member'")
    refusesType([null], structures, "NULL_VALUE cannot be converted to Structure at 'member'")
    const list = (v: Validation) => v.stringList('Member')
    refusesType('x', list, "STRING_VALUE cannot be converted to List at 'member'")
    refusesType([null], list, "NULL_VALUE cannot be converted to String at 'member'")
    refusesType([['x']], list, "LIST_VALUE cannot be converted to String at 'member'")
  })

  it('counts too few and too many items of a list', () => {
    refuses(
      { A: [], B: ['a', 'b'] },
      (v) => {
        v.stringList('A', { min: 1 })
        v.structureList('Absent', { min: 1 })
        v.stringList('B', { max: 1 })
      },
      "3 validation errors detected: Value of 0 items at 'a' failed to satisfy constraint: Member must have length greater than or equal to 1; Value of 0 items at 'absent' failed to satisfy constraint: Member must have length greater than or equal to 1; Value of 2 items at 'b' failed to satisfy constraint: Member must have length less than or equal to 1",
    )
  })

  it('says in the words of AWS what each item of a list must be', () => {
    const each = { min: 2, max: 3, pattern: /^[a-z]+$/ }
    const v = validate(new Map([['TagKeys', ['ab', 'abc']]]))
    assert.deepEqual(v.stringList('TagKeys', { each }), ['ab', 'abc'])
    v.finish(invalidArgs)
    for (const item of ['a', 'abcd', 'A1']) {
      refuses(
        { TagKeys: ['ab', item] },
        (keys) => keys.stringList('TagKeys', { each }),
        `1 validation error detected: Value '[ab, ${item}]' at 'tagKeys' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 3, Member must have length greater than or equal to 2, Member must satisfy regular expression pattern: ^[a-z]+$]`,
      )
    }
    refuses(
      { Keys: ['-----BEGIN'] },
      (keys) => keys.stringList('Keys', { each: { max: 1, secret: true } }),
      "1 validation error detected: Value at 'keys' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 1]",
    )
  })

  it('names what is missing among numbers and booleans', () => {
    refuses(
      { A: null },
      (v) => {
        v.requiredInteger('A')
        v.requiredBoolean('B')
      },
      "2 validation errors detected: Value null at 'a' failed to satisfy constraint: Member must not be null; Value null at 'b' failed to satisfy constraint: Member must not be null",
    )
  })

  it('names the way to a member further in, and finishes all at once', () => {
    refuses(
      {
        Tags: [{ Key: 'k' }, { Key: '' }],
        Filter: { Inner: { MaxItems: 0 }, Entries: [{ Values: ['x'] }] },
        Absent: null,
      },
      (v) => {
        for (const tag of v.structureList('Tags')) tag.requiredString('Key', { min: 1 })
        const filter = v.structure('Filter')
        filter?.structure('Inner')?.requiredInteger('MaxItems', { min: 1 })
        filter?.structureList('Entries').map((entry) => entry.stringList('Values', { min: 2 }))
        assert.equal(v.structure('Absent'), undefined)
        assert.deepEqual(v.structureList('Absent'), [])
      },
      "3 validation errors detected: Value '' at 'tags.2.member.key' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '0' at 'filter.inner.maxItems' failed to satisfy constraint: Member must have value greater than or equal to 1; Value of 1 items at 'filter.entries.1.member.values' failed to satisfy constraint: Member must have length greater than or equal to 2",
    )
  })

  it('gives back no more structures than are allowed (each would be read)', () => {
    const v = validate(new Map([['L', [{}, {}, {}]]]))
    assert.equal(v.structureList('L', { max: 2 }).length, 2)
    assert.throws(() => v.finish(invalidArgs), { code: 'InvalidArgsException' })
  })

  it('reads __proto__ as a member like others', () => {
    const fields = parseJsonObject(new TextEncoder().encode('{"S":{"__proto__":{"A":"x"}}}'))
    const v = validate(fields)
    assert.equal(v.structure('S')?.structure('__proto__')?.optionalString('A'), 'x')
    assert.equal(v.structure('S')?.optionalString('toString'), undefined)
  })
})

describe('validate, on Query text', () => {
  const query = (form: string) => validate(parseQueryRequest(`Action=A&${form}`).fields)
  const refusesText = (form: string, read: (v: Validation) => void, message: string) =>
    assert.throws(() => read(query(form)), { code: 'SerializationException', message })

  it('reads the text as what is asked for', () => {
    const v = query(
      'T=5&I=-3600&F=1.5&B=true&N=false&L.member.1=x&E=&S.N=7&M.entry.1.key=k&M.entry.1.value=1',
    )
    assert.equal(v.requiredString('T'), '5')
    assert.equal(v.requiredInteger('I'), -3600)
    assert.equal(v.optionalNumber('F'), 1.5)
    assert.equal(v.requiredBoolean('B'), true)
    assert.equal(v.optionalBoolean('N'), false)
    assert.deepEqual(v.stringList('L'), ['x'])
    assert.deepEqual(v.stringList('E'), [])
    assert.deepEqual(v.structureList('E'), [])
    assert.equal(v.requiredString('E'), '')
    assert.equal(v.structure('S')?.requiredInteger('N', { max: 7 }), 7)
    assert.equal(v.structure('M')?.requiredInteger('k'), 1)
    v.finish(invalidArgs)
  })

  it('holds it to the same constraints', () => {
    const v = query('DurationSeconds=43201&Tags.member.1.Key=')
    v.optionalInteger('DurationSeconds', { max: 43_200 })
    for (const tag of v.structureList('Tags')) tag.requiredString('Key', { min: 1 })
    assert.throws(() => v.finish(invalidArgs), {
      message:
        "2 validation errors detected: Value '43201' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 43200; Value '' at 'tags.1.member.key' failed to satisfy constraint: Member must have length greater than or equal to 1",
    })
  })

  for (const text of [
    '',
    ' 1',
    '1 ',
    '+1',
    '1e3',
    '0x10',
    '1_0',
    '1.',
    '.5',
    '--1',
    'NaN',
    '٣',
    '1'.repeat(17),
  ]) {
    it(`refuses ${JSON.stringify(text)} as a number`, () => {
      refusesText(
        `N=${encodeURIComponent(text)}`,
        (v) => v.optionalInteger('N'),
        "STRING_VALUE cannot be converted to Number at 'n'",
      )
    })
  }

  for (const text of ['1.5', '9007199254740992']) {
    it(`refuses ${text} as an integer`, () => {
      refusesText(
        `N=${text}`,
        (v) => v.requiredInteger('N'),
        "STRING_VALUE cannot be converted to Integer at 'n'",
      )
    })
  }

  for (const text of ['', 'True', 'TRUE', '1', '0', 'yes', ' true']) {
    it(`refuses ${JSON.stringify(text)} as a boolean`, () => {
      refusesText(
        `B=${encodeURIComponent(text)}`,
        (v) => v.optionalBoolean('B'),
        "STRING_VALUE cannot be converted to Boolean at 'b'",
      )
    })
  }

  it('refuses another shape than is asked for', () => {
    refusesText('A=x', (v) => v.stringList('A'), "STRING_VALUE cannot be converted to List at 'a'")
    refusesText(
      'A=',
      (v) => v.structure('A'),
      "STRING_VALUE cannot be converted to Structure at 'a'",
    )
    refusesText(
      'A.1=x',
      (v) => v.structure('A'),
      "LIST_VALUE cannot be converted to Structure at 'a'",
    )
    refusesText(
      'A.1=x',
      (v) => v.optionalString('A'),
      "LIST_VALUE cannot be converted to String at 'a'",
    )
    refusesText(
      'A.B=x',
      (v) => v.stringList('A'),
      "STRUCTURE_VALUE cannot be converted to List at 'a'",
    )
    refusesText(
      'A.1=x',
      (v) => v.structureList('A'),
      "STRING_VALUE cannot be converted to Structure at 'a'",
    )
    refusesText(
      'A.1.B=x',
      (v) => v.stringList('A'),
      "STRUCTURE_VALUE cannot be converted to String at 'a'",
    )
    refusesText(
      'A.1.B.C=x',
      (v) => v.structureList('A').map((below) => below.optionalBoolean('B')),
      "STRUCTURE_VALUE cannot be converted to Boolean at 'a.1.member.b'",
    )
  })

  it('is the only text that becomes a number or a list (in JSON "3600" is none)', () => {
    refusesType(
      '3600',
      (v) => v.optionalInteger('Member'),
      "STRING_VALUE cannot be converted to Number at 'member'",
    )
    refusesType(
      'true',
      (v) => v.optionalBoolean('Member'),
      "STRING_VALUE cannot be converted to Boolean at 'member'",
    )
    refusesType(
      '',
      (v) => v.stringList('Member'),
      "STRING_VALUE cannot be converted to List at 'member'",
    )
    refusesType(
      { text: '1' },
      (v) => v.optionalInteger('Member'),
      "STRUCTURE_VALUE cannot be converted to Number at 'member'",
    )
  })
})
