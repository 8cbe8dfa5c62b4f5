import { createInterface } from 'node:readline'
import * as cloudtrail from '@aws-sdk/client-cloudtrail'
import * as ec2 from '@aws-sdk/client-ec2'
import * as connect from '@aws-sdk/client-ec2-instance-connect'
import * as iam from '@aws-sdk/client-iam'
import * as sts from '@aws-sdk/client-sts'
import type { AwsAnswer, AwsOutput, AwsQuestion, AwsService } from './aws-client.ts'

/** The unmodified AWS SDK: answers each question on standard input, a line of JSON, with a line of JSON. */

interface Client {
  send(command: unknown): Promise<AwsOutput>
}
type Make = new (input: object) => Client
type Paginate = (how: object, input: object) => AsyncIterable<AwsOutput>
type Wait = (how: object, input: object) => Promise<unknown>

const SERVICES: Readonly<Record<AwsService, { client: string; exports: object }>> = {
  iam: { client: 'IAMClient', exports: iam },
  sts: { client: 'STSClient', exports: sts },
  ec2: { client: 'EC2Client', exports: ec2 },
  cloudtrail: { client: 'CloudTrailClient', exports: cloudtrail },
  'ec2-instance-connect': { client: 'EC2InstanceConnectClient', exports: connect },
}

for await (const line of createInterface({ input: process.stdin })) {
  const { environment, ...question } = JSON.parse(line, withDates) as AwsQuestion & {
    readonly environment: Readonly<Record<string, string>>
  }
  Object.assign(process.env, environment)
  // oxlint-disable-next-line no-await-in-loop -- the environment is of one question
  console.log(JSON.stringify(await answer(question), plain))
  for (const name of Object.keys(environment)) delete process.env[name]
}

async function answer({ kind, service, operation, input }: AwsQuestion): Promise<AwsAnswer> {
  const { client: name, exports } = SERVICES[service]
  const exported = exports as Readonly<Record<string, unknown>>
  const client = new (exported[name] as Make)({})
  try {
    switch (kind) {
      case 'call': {
        const command = new (exported[`${operation}Command`] as Make)(input)
        const { $metadata: _, ...output } = await client.send(command)
        return { kind: 'done', output }
      }
      case 'pages': {
        const paginate = exported[`paginate${operation}`] as Paginate
        return { kind: 'done', output: await merged(paginate({ client, pageSize: 2 }, input)) }
      }
      case 'wait':
        await (exported[`waitUntil${operation}`] as Wait)({ client, maxWaitTime: 30 }, input)
        return { kind: 'done', output: {} }
    }
  } catch (error) {
    const { name: errorName, message, Code } = error as Error & { readonly Code?: string }
    return { kind: 'refused', code: Code ?? errorName, message }
  }
}

/** Lists of the pages, one behind the other. */
async function merged(pages: AsyncIterable<AwsOutput>): Promise<AwsOutput> {
  const all: Record<string, unknown[]> = {}
  for await (const page of pages)
    for (const [member, value] of Object.entries(page))
      if (Array.isArray(value)) all[member] = [...(all[member] ?? []), ...value]
  return all
}

/** It takes times only as dates. */
function withDates(name: string, value: unknown): unknown {
  return (name === 'StartTime' || name === 'EndTime') && typeof value === 'string'
    ? new Date(value)
    : value
}

/** Dates are texts already. */
function plain(_name: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value
}
