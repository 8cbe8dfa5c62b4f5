import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { invalidArgs } from '@fleetkey/domain/exceptions'
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
    const list = (v: Validation) => v.stringList('Member')
    refusesType('x', list, "STRING_VALUE cannot be converted to List at 'member'")
    refusesType([null], list, "NULL_VALUE cannot be converted to String at 'member'")
    refusesType([['x']], list, "LIST_VALUE cannot be converted to String at 'member'")
  })
})
