import {
  dryRunOperation,
  invalidParameterValue,
  missingParameter,
} from '@fleetkey/domain/exceptions/ec2'
import { EC2_PARAMETERS, ec2ParameterName } from '@fleetkey/wire/aws/ec2-parameters'
import { validate, type Members } from '@fleetkey/wire/aws/validation'
import { operation, type AnyOperation, type Operation } from '../operation.ts'

interface Ec2Operation<Input, Prepared> extends Omit<
  Operation<Input, Prepared>,
  'service' | 'parse'
> {
  /** Members without which nothing is asked for. */
  readonly needs?: readonly string[]
  /** What breaks a constraint is refused when it returns. */
  parse(v: Members): Input
}

interface DryRun {
  readonly dryRun: boolean
}

/**
 * An operation of the EC2 API: it refuses in EC2's codes, and with `DryRun` it ends where it would begin to do something, once the request is
 * found well formed and allowed. EC2 API reference, "Common query parameters".
 */
export function ec2Operation<Input extends object, Prepared = undefined>(
  definition: Ec2Operation<Input, Prepared>,
): AnyOperation {
  const { name, needs = [], prepare, ...rest } = definition
  return operation<Input & DryRun, Prepared>({
    ...rest,
    name,
    service: 'ec2',
    parse(fields) {
      for (const member of needs) {
        if (!fields.has(member)) throw missingParameter(parameterName(name, member))
      }
      const v = validate(fields)
      const dryRun = v.optionalBoolean('DryRun') ?? false
      const input = definition.parse(v)
      v.finish(invalidParameterValue)
      return { ...input, dryRun }
    },
    trail(input) {
      const view = definition.trail(input)
      const requestParameters = { ...view.requestParameters, ...(input.dryRun && { dryRun: true }) }
      return { ...view, requestParameters }
    },
    ...(prepare && {
      prepare: async (input, call, resources) =>
        input.dryRun ? (undefined as Prepared) : await prepare(input, call, resources),
    }),
    run(input, call, prepared) {
      if (input.dryRun) throw dryRunOperation()
      return definition.run(input, call, prepared)
    },
  })
}

/** As a form would have it, and so as AWS says it: `InstanceId`. */
function parameterName(operationName: string, member: string): string {
  const parameter = EC2_PARAMETERS[operationName]?.[member]
  return parameter === undefined ? member : ec2ParameterName(member, parameter)
}
