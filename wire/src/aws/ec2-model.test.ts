import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { ec2ElementName } from './ec2-element-name.ts'
import { EC2_PARAMETERS, type Ec2Parameter, type Ec2Parameters } from './ec2-parameters.ts'

// AWS's own model of EC2, as botocore has it, against our tables.

const MODEL = '/usr/lib/python3/dist-packages/botocore/data/ec2/2016-11-15/service-2.json'
const why = existsSync(MODEL) ? false : `no ${MODEL} (package python3-botocore)`

interface Reference {
  readonly shape: string
  readonly locationName?: string
  readonly queryName?: string
}
interface Shape {
  readonly type: string
  readonly members?: Readonly<Record<string, Reference>>
  readonly member?: Reference
}
interface Model {
  readonly operations: Readonly<Record<string, { input?: Reference; output?: Reference }>>
  readonly shapes: Readonly<Record<string, Shape>>
}

/** Came after the model of the botocore that Debian 12 has; the SDK for JavaScript knows them. */
const NEWER = new Set([
  'DescribeInstances.IncludeManagedResources',
  'DescribeInstanceStatus.IncludeManagedResources',
  'DescribeImages.IncludeDisabled',
  'DescribeImages.MaxResults',
  'DescribeImages.NextToken',
  'TerminateInstances.Force',
  'TerminateInstances.SkipOsShutdown',
])

/** Members that stand below themselves would never end. */
const DEEPEST = 6

describe("AWS's model of EC2", { skip: why }, () => {
  const model = why === false ? readModel() : { operations: {}, shapes: {} }
  const shapeOf = ({ shape }: Reference): Shape => model.shapes[shape] ?? assert.fail(shape)

  for (const [operation, parameters] of Object.entries(EC2_PARAMETERS)) {
    const { input, output } = model.operations[operation] ?? {}
    // Newer than this model: its clients are asked in fleet/.
    if (why === false && input === undefined) continue
    it(`names the parameters of ${operation} as our table does`, () => {
      assert.ok(input)
      checkParameters(parameters, shapeOf(input), operation)
    })
    it(`names what ${operation} answers as we do`, () => {
      const seen = output === undefined ? [] : [...elements(shapeOf(output), operation, 0)]
      const wrong = seen.filter(({ parent, member, kind, name }) => {
        return (
          !UNUSED.test(`${parent}.${member}`) && ec2ElementName(member, { kind, parent }) !== name
        )
      })
      assert.deepEqual(wrong, [])
      assert.ok(seen.length > 0 || WITHOUT_OUTPUT.has(operation), operation)
    })
  }

  function checkParameters(ours: Ec2Parameters, { members = {} }: Shape, path: string): void {
    for (const [member, parameter] of Object.entries(ours)) {
      const place = `${path}.${member}`
      if (NEWER.has(place)) continue
      const reference = members[member]
      assert.ok(reference, `${place} is not in the model`)
      checkParameter(parameter, { name: wireName(member, reference), reference, place })
    }
  }

  function checkParameter(
    parameter: Ec2Parameter,
    theirs: { readonly name: string; readonly reference: Reference; readonly place: string },
  ): void {
    const { name, reference, place } = theirs
    const shape = shapeOf(reference)
    switch (parameter.kind) {
      case 'value':
        assert.ok(!['list', 'structure'].includes(shape.type), place)
        assert.equal(parameter.name ?? place.split('.').at(-1), name)
        break
      case 'structure':
        assert.equal(shape.type, 'structure', place)
        checkParameters(parameter.members, shape, place)
        break
      case 'list': {
        assert.equal(parameter.name, name, place)
        assert.ok(shape.member, place)
        const item = shapeOf(shape.member)
        if (parameter.of.kind === 'structure') checkParameters(parameter.of.members, item, place)
        else assert.ok(!['list', 'structure'].includes(item.type), place)
      }
    }
  }

  function* elements(shape: Shape, parent: string, depth: number): Generator<Element> {
    if (depth > DEEPEST) return
    for (const [member, reference] of Object.entries(shape.members ?? {})) {
      const below = shapeOf(reference)
      const kind = below.type === 'list' ? 'list' : 'other'
      yield { parent, member, kind, name: reference.locationName ?? member }
      if (below.member !== undefined) {
        if (UNUSED.test(`${parent}.${member}`)) continue
        assert.equal(below.member.locationName, 'item', `${parent}.${member}`)
        yield* elements(shapeOf(below.member), member, depth + 1)
      } else yield* elements(below, member, depth + 1)
    }
  }
})

const WITHOUT_OUTPUT = new Set([
  'CreateTags',
  'DeleteTags',
  'DeleteSecurityGroup',
  'ModifyInstanceAttribute',
])

interface Element {
  readonly parent: string
  readonly member: string
  readonly kind: 'list' | 'other'
  readonly name: string
}

/** What a machine of Amazon's has and no host of ours: never answered, so never spelt. */
const UNUSED =
  /^(InstanceTypes\.(GpuInfo|FpgaInfo|InferenceAcceleratorInfo|PlacementGroupInfo|InstanceStorageInfo|NetworkInfo|VCpuInfo)|(GpuInfo|FpgaInfo|InferenceAcceleratorInfo|PlacementGroupInfo|InstanceStorageInfo|NetworkInfo|VCpuInfo)\..*|ProductCodes\..*|DescribeInstanceAttribute\.(BlockDeviceMappings|KernelId|RamdiskId)|NetworkInterfaces\.Ipv[46]Prefixes)$/

/** `locationName` with a large first letter (botocore, EC2Serializer). */
function wireName(member: string, { queryName, locationName }: Reference): string {
  if (queryName !== undefined) return queryName
  const name = locationName ?? member
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`
}

function readModel(): Model {
  return JSON.parse(readFileSync(MODEL, 'utf8')) as Model
}
