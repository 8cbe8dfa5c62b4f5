import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { EC2_PARAMETERS } from '@fleetkey/wire/aws/ec2-parameters'
import { QueryText } from '@fleetkey/wire/aws/fields'
import type { Operation } from '../operation.ts'
import { OPERATIONS } from '../operations.ts'
import { ec2Operation } from './ec2-operation.ts'

const ran: string[] = []
const erased = ec2Operation<{ readonly name: string }, string>({
  name: 'DescribeInstances',
  action: 'ec2:DescribeInstances',
  access: 'read',
  needs: ['InstanceIds'],
  parse: (v) => ({ name: v.stringList('InstanceIds', { each: { max: 3 } }).join() }),
  resources: () => [],
  trail: ({ name }) => ({ requestParameters: { name } }),
  prepare: () => Promise.resolve(`${ran.push('prepare')}`),
  run: ({ name }) => {
    ran.push(`run ${name}`)
    return {}
  },
})
// What the table erases is known here.
const made = erased as unknown as Operation<{ name: string; dryRun: boolean }, string>
const call = undefined as never

describe('an operation of EC2', () => {
  it('reads, prepares and runs', async () => {
    const input = made.parse(new Map([['InstanceIds', ['a', 'b']]]))
    assert.deepEqual(input, { name: 'a,b', dryRun: false })
    assert.deepEqual(made.trail(input), { requestParameters: { name: 'a,b' } })
    const prepared = await made.prepare?.(input, call, [])
    await made.run(input, call, prepared ?? '')
    assert.deepEqual(ran.splice(0), ['prepare', 'run a,b'])
  })

  it('with DryRun neither prepares nor runs, and says in the trail that it did not', async () => {
    const fields = new Map<string, unknown>([
      ['InstanceIds', ['a']],
      ['DryRun', new QueryText('true')],
    ])
    const input = made.parse(fields)
    assert.deepEqual(made.trail(input), { requestParameters: { name: 'a', dryRun: true } })
    await made.prepare?.(input, call, [])
    assert.throws(() => made.run(input, call, ''), { code: 'DryRunOperation', status: 412 })
    assert.deepEqual(ran.splice(0), [])
  })

  it('refuses what is missing or breaks a constraint, in the codes of EC2', () => {
    assert.throws(() => made.parse(new Map()), {
      code: 'MissingParameter',
      message: 'The request must contain the parameter InstanceId',
    })
    assert.throws(() => made.parse(new Map([['InstanceIds', ['long']]])), {
      code: 'InvalidParameterValue',
    })
  })

  it('has its parameters in the table of its protocol (forms could not ask for it)', () => {
    const names = OPERATIONS.filter(({ service }) => service === 'ec2').map(({ name }) => name)
    assert.deepEqual(Object.keys(EC2_PARAMETERS).toSorted(), names.toSorted())
  })
})
