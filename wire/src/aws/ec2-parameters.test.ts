import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readEc2Parameters } from './ec2-parameters.ts'
import { QueryText } from './fields.ts'
import { parseQueryRequest } from './query-request.ts'

function read(form: string): unknown {
  const { action, fields } = parseQueryRequest(`${form}&Version=2016-11-15`)
  return plain(readEc2Parameters(action, fields))
}

function plain(value: unknown): unknown {
  if (value instanceof QueryText) return value.text
  if (Array.isArray(value)) return value.map(plain)
  if (value instanceof Map) return Object.fromEntries([...value].map(([k, v]) => [k, plain(v)]))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]))
}

const refused = (form: string, name: string) =>
  assert.throws(() => read(form), {
    code: 'UnknownParameter',
    message: `The parameter ${name} is not recognized`,
  })

describe('readEc2Parameters', () => {
  it('names flat lists as our operations do', () => {
    assert.deepEqual(
      read(
        'Action=DescribeInstances&InstanceId.1=i-0&InstanceId.2=i-1&Filter.1.Name=tag:a&Filter.1.Value.1=x&Filter.1.Value.2=y&MaxResults=5&DryRun=true',
      ),
      {
        InstanceIds: ['i-0', 'i-1'],
        Filters: [{ Name: 'tag:a', Values: ['x', 'y'] }],
        MaxResults: '5',
        DryRun: 'true',
      },
    )
    assert.deepEqual(read('Action=CreateTags&ResourceId.1=i-0&Tag.1.Key=Value&Tag.1.Value=Key'), {
      Resources: ['i-0'],
      Tags: [{ Key: 'Value', Value: 'Key' }],
    })
  })

  it('refuses what the operation does not have (a misspelt filter would ask for everything)', () => {
    refused('Action=DescribeInstances&Filters.1.Name=a', 'Filters')
    refused('Action=DescribeInstances&filter.1.Name=a', 'filter')
    refused('Action=DescribeInstances&Filter.1.Name=a&Filter.1.Values.1=b', 'Filter.1.Values')
    refused('Action=DescribeInstances&InstanceIds.1=i-0', 'InstanceIds')
    refused('Action=DescribeTags&InstanceId.1=i-0', 'InstanceId')
    refused('Action=CreateTags&Tag.1.constructor=x', 'Tag.1.constructor')
    refused('Action=constructor&a=b', 'a')
  })

  it('shows no control characters of a name', () => {
    refused('Action=DescribeTags&%1b%5b2J=x', '?[2J')
  })

  it('leaves what is of another kind to whoever reads it', () => {
    assert.deepEqual(read('Action=DescribeInstances&InstanceId=i-0&Filter.1=x'), {
      InstanceIds: 'i-0',
      Filters: ['x'],
    })
  })

  it('keeps a structure without prototype', () => {
    const { action, fields } = parseQueryRequest('Action=CreateTags&Tag.1.Key=a')
    const [tag] = readEc2Parameters(action, fields).get('Tags') as object[]
    assert.equal(Object.getPrototypeOf(tag), null)
  })
})
