import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ClientEnvironment } from '../fleetkey.ts'
import { plainEnvironment, type ProgramResult } from '../run-program.ts'
import { spelled, type AwsAnswer, type AwsClient, type AwsQuestion } from './aws-client.ts'
import { PYTHON } from './boto3.ts'
import { LineProgram } from './line-program.ts'

/** Debian's; another `aws` may stand before it in PATH. */
export const AWS_CLI = '/usr/bin/aws'

/** Each question is one command, with the flags that a person would type. */
export const awsCli: AwsClient = {
  name: 'the AWS CLI',
  ask: async (environment, question) =>
    question.operation === 'CreateVirtualMFADevice'
      ? askForDevice(environment, question)
      : answerOf(await runAws(environment, argumentsOf(question))),
  close: () => Promise.resolve(),
}

/** Runs `aws` with nothing of the caller's own. Before version 2.13 it knows no AWS_ENDPOINT_URL, so it is told. */
export async function runAws(
  environment: ClientEnvironment,
  argv: readonly string[],
): Promise<ProgramResult> {
  const url = environment['AWS_ENDPOINT_URL']
  const place = url === undefined ? [] : ['--endpoint-url', url]
  const program = idle.pop() ?? new LineProgram([PYTHON, '-B', PROGRAM], own)
  const result = (await program.ask({
    argv: [AWS_CLI, ...argv, ...place, '--output', 'json'],
    environment: { ...own, ...environment },
  })) as ProgramResult
  idle.push(program)
  return result
}

const PROGRAM = fileURLToPath(new URL('run-aws-cli.py', import.meta.url))
const own: ClientEnvironment = {
  ...plainEnvironment,
  HOME: '/dev/null/home',
  AWS_PAGER: '',
  AWS_EC2_METADATA_DISABLED: 'true',
}
/** Each takes one command at a time; all end with this process. */
const idle: LineProgram[] = []

function argumentsOf({ kind, service, operation, input }: AwsQuestion): string[] {
  const flags = Object.entries(input).flatMap(([member, value]) => flagOf(member, value))
  const command = spelled(operation, '-')
  switch (kind) {
    case 'call':
      return [service, command, ...flags]
    case 'pages':
      return [service, command, '--page-size', '2', ...flags]
    case 'wait':
      return [service, 'wait', command, ...flags]
  }
}

function flagOf(member: string, value: unknown): string[] {
  const flag = spelled(member, '-')
  if (typeof value === 'boolean') return [value ? `--${flag}` : `--no-${flag}`]
  return [`--${flag}`, typeof value === 'string' ? value : JSON.stringify(value)]
}

/** Its seed goes into a file, and nowhere else. */
async function askForDevice(
  environment: ClientEnvironment,
  question: AwsQuestion,
): Promise<AwsAnswer> {
  const dir = await mkdtemp('/var/tmp/fleetkey-aws-')
  try {
    const file = join(dir, 'seed')
    const more = ['--bootstrap-method', 'Base32StringSeed', '--outfile', file]
    const answer = answerOf(await runAws(environment, [...argumentsOf(question), ...more]))
    if (answer.kind === 'refused') return answer
    const device = answer.output['VirtualMFADevice']
    const Base32StringSeed = await readFile(file, 'utf8')
    return { kind: 'done', output: { VirtualMFADevice: { ...device, Base32StringSeed } } }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

function answerOf({ code, stdout, stderr }: ProgramResult): AwsAnswer {
  if (code === 0) return { kind: 'done', output: stdout === '' ? {} : JSON.parse(stdout) }
  const refusal = /An error occurred \((\S+)\) when calling the \w+ operation[^:]*: ([^]*)/
  const [, errorCode, message] = refusal.exec(stderr) ?? []
  if (errorCode === undefined || message === undefined) throw new Error(`exit ${code}\n${stderr}`)
  return { kind: 'refused', code: errorCode, message: message.trim() }
}
