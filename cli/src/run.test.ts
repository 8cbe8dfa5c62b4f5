import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import type { Command } from 'commander'
import { CHAIN_START, nextLink } from '@fleetkey/domain/trail-chain'
import { FakeApi } from './api/fake-api.ts'
import { COMMANDS } from './commands.ts'
import { EXIT_CODES } from './exit-codes.ts'
import { paintFor } from './output.ts'
import { run } from './run.ts'
import { processScreen, type Screen } from './screen.ts'

const ID = 'i-0123456789abcdef0'
const folder = mkdtempSync(join(tmpdir(), 'fleetkey-cli-'))
after(() => rmSync(folder, { recursive: true, force: true }))

type Handlers = ConstructorParameters<typeof FakeApi>[0]

/** Runs a command line against a fake API. */
async function fleetkey(args: readonly string[], handlers: Handlers = {}) {
  const api = new FakeApi(handlers)
  let out = ''
  let err = ''
  const screen: Screen = {
    env: await api.open(),
    interactive: false,
    paintOut: paintFor({}, {}),
    paintErr: paintFor({}, {}),
    out: (text) => (out += text),
    err: (text) => (err += text),
    now: () => Date.now(),
  }
  const code = await run(args, screen)
  api.close()
  const asked = api.calls.map(({ target, input }) => [target.split('.')[1], input] as const)
  return { code, out, err, asked }
}

const instance = (id: string, name: string) => ({
  InstanceId: id,
  State: { Code: 16, Name: 'running' },
  PrivateIpAddress: '10.0.0.7',
  LaunchTime: 1_795_000_000,
  Tags: [
    { Key: 'Name', Value: name },
    { Key: 'Env', Value: 'prod' },
  ],
  Fleetkey: { Link: { State: 'connected' } },
})
const found = (...instances: object[]) => ({
  DescribeInstances: () => ({ body: { Reservations: [{ Instances: instances }] } }),
})
const done = () => ({ body: { Return: true } })

function pathsOf(command: Command, above: readonly string[] = []): readonly string[][] {
  const path = [...above, command.name()]
  return [path, ...command.commands.flatMap((child) => pathsOf(child, path))]
}

describe('help', () => {
  for (const { name, load } of COMMANDS.filter((entry) => entry.load)) {
    it(`of ${name} has examples, all the way down`, async () => {
      assert.ok(load)
      for (const path of pathsOf(await load(processScreen()))) {
        const { out, code } = await fleetkey([...path, '--help'])
        assert.equal(code, 0)
        assert.match(out, /Examples:\n {2}\S/, path.join(' '))
      }
    })
  }
  it('documents every exit code', async () => {
    const { out } = await fleetkey(['help', 'exit-codes'])
    for (const code of Object.values(EXIT_CODES))
      assert.match(out, new RegExp(`^ +${code}  \\S`, 'm'))
  })
  it('has no two causes with one code', () => {
    const codes = Object.values(EXIT_CODES)
    assert.equal(new Set(codes).size, codes.length)
  })
  it('refuses an unknown command, without its control characters', async () => {
    const { code, err } = await fleetkey(['no\u001b[2J'])
    assert.equal(code, EXIT_CODES.usage)
    assert.match(err, /no\\u001b\[2J/)
  })
  it('refuses an unknown option, without its control characters', async () => {
    const { code, err } = await fleetkey(['whoami', '--no\u001b[2J'])
    assert.equal(code, EXIT_CODES.usage)
    assert.match(err, /--no\\u001b\[2J/)
  })
  it('gives the version', async () => {
    assert.match((await fleetkey(['--version'])).out, /^fleetkey \d+\.\d+\.\d+\n$/)
  })
})

describe('whoami', () => {
  const handlers = {
    GetCallerIdentity: () => ({ body: { UserId: 'AIDA', Account: '1', Arn: 'arn:a\u001b' } }),
  }
  it('says who', async () => {
    const { out, code } = await fleetkey(['whoami'], handlers)
    assert.equal(code, 0)
    assert.match(out, /^arn {10}arn:a\\u001b$/m)
  })
  it('is JSON for programs', async () => {
    const { out } = await fleetkey(['whoami', '--output', 'json'], handlers)
    assert.equal((JSON.parse(out) as { arn: string }).arn, 'arn:a\u001b')
  })
})

describe('instances', () => {
  it('lists by name as people count, harmless to the terminal', async () => {
    const two = found(instance('i-0000000000000002', 'web-10\u001b'), instance(ID, 'web-2'))
    const { out } = await fleetkey(['instances'], two)
    const lines = out.trim().split('\n')
    assert.match(lines[1] ?? '', /^web-2 +i-0123456789abcdef0 +10\.0\.0\.7 +connected/)
    assert.match(lines[2] ?? '', /^web-10\\u001b /)
  })
  it('filters as EC2 does', async () => {
    const { asked } = await fleetkey(['instances', '--filter', 'tag:Env=a,b'], found())
    assert.deepEqual(asked[0]?.[1]['Filters'], [{ Name: 'tag:Env', Values: ['a', 'b'] }])
  })
  it('follows pages', async () => {
    const { asked } = await fleetkey(['instances'], {
      DescribeInstances: ({ input }) => ({
        body: { Reservations: [], ...(input['NextToken'] ? {} : { NextToken: 't' }) },
      }),
    })
    assert.equal(asked.length, 2)
  })
  it('tags by name', async () => {
    const handlers = { ...found(instance(ID, 'web-1')), CreateTags: done }
    const { asked, code } = await fleetkey(['instances', 'tag', 'web-1', 'Env=x'], handlers)
    assert.equal(code, 0)
    assert.deepEqual(asked[1], [
      'CreateTags',
      { Resources: [ID], Tags: [{ Key: 'Env', Value: 'x' }] },
    ])
  })
  it('does not forget what nobody confirmed', async () => {
    const handlers = { ...found(instance(ID, 'web-1')), ForgetInstance: done }
    const { asked, code } = await fleetkey(['instances', 'forget', 'web-1'], handlers)
    assert.equal(code, EXIT_CODES.cancelled)
    assert.equal(asked.length, 1)
  })
  it('forgets with --yes', async () => {
    const handlers = { ...found(instance(ID, 'web-1')), ForgetInstance: done }
    const { asked } = await fleetkey(['instances', 'forget', 'web-1', '--yes'], handlers)
    assert.deepEqual(asked[1], ['ForgetInstance', { InstanceId: ID }])
  })
  it('names all that an ambiguous name fits', async () => {
    const two = found(instance(ID, 'web'), instance('i-0000000000000002', 'web'))
    const { code, err } = await fleetkey(['instances', 'show', 'web'], two)
    assert.equal(code, EXIT_CODES.ambiguous)
    assert.match(err, /i-0123456789abcdef0[^]*i-0000000000000002/)
  })
  it('says what to do when there is none', async () => {
    const { code, err } = await fleetkey(['instances', 'show', 'web'], found())
    assert.equal(code, EXIT_CODES.notFound)
    assert.match(err, /fleetkey instances/)
  })
})

describe('send-key', () => {
  const path = join(folder, 'key.pub')
  const args = ['send-key', ID, '--os-user', 'bob', '--public-key', path]
  const pushed = { SendSSHPublicKey: () => ({ body: { RequestId: 'r', Success: true } }) }

  it('pushes and says until when', async () => {
    writeFileSync(path, 'ssh-ed25519 AAAA me@host\n')
    const { out, asked } = await fleetkey(args, pushed)
    assert.match(out, /can log in as bob on i-0123456789abcdef0 until \d\d:\d\d:\d\d \(60 s\)/)
    assert.deepEqual(asked, [
      [
        'SendSSHPublicKey',
        { InstanceId: ID, InstanceOSUser: 'bob', SSHPublicKey: 'ssh-ed25519 AAAA me@host' },
      ],
    ])
  })
  it('refuses a private key before it leaves the machine', async () => {
    writeFileSync(path, '-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n')
    const { code, asked } = await fleetkey(args, pushed)
    assert.equal(code, EXIT_CODES.usage)
    assert.deepEqual(asked, [])
  })
  it('refuses a second line (would add a second authorized_keys line)', async () => {
    writeFileSync(path, 'ssh-ed25519 AAAA\nssh-ed25519 BBBB\n')
    assert.equal((await fleetkey(args, pushed)).code, EXIT_CODES.usage)
  })
})

describe('join-tokens', () => {
  it('prints the token alone on stdout', async () => {
    const handlers = {
      CreateJoinToken: () => ({
        body: { JoinTokenId: 'jt-1', JoinToken: 'secret', ExpiresAt: 1_795_000_000 },
      }),
    }
    const line = 'join-tokens create --name web-1 --tag Env=x --expires 15m'
    const { out, asked } = await fleetkey(line.split(' '), handlers)
    assert.equal(out, 'secret\n')
    assert.deepEqual(asked[0]?.[1], {
      Name: 'web-1',
      Tags: [{ Key: 'Env', Value: 'x' }],
      ExpiresInSeconds: 900,
    })
  })
})

describe('trail', () => {
  const sha256Hex = (text: string) => createHash('sha256').update(text).digest('hex')
  const one = nextLink(CHAIN_START, '{"a":1}', sha256Hex)
  const two = nextLink(one, '{"a":2}', sha256Hex)
  const entries = [
    { Seq: one.seq, Hash: one.hash, Record: '{"a":1}' },
    { Seq: two.seq, Hash: two.hash, Record: '{"a":2}' },
  ]
  const reading = (list: readonly { readonly Seq: number }[]) => ({
    ReadTrail: ({ input }: { input: Record<string, unknown> }) => ({
      body: {
        Entries: list.filter(({ Seq }) => Seq > Number(input['AfterSeq'])),
        Head: { Seq: two.seq, Hash: two.hash },
        Base: { Seq: 0, Hash: CHAIN_START.hash },
      },
    }),
  })
  it('is verified and its head told', async () => {
    const { out, code } = await fleetkey(['trail', 'verify'], reading(entries))
    assert.equal(code, 0)
    assert.match(out, new RegExp(`^2:${two.hash}$`, 'm'))
  })
  it('is refused with its tail cut off', async () => {
    const { err, code } = await fleetkey(['trail', 'verify'], reading(entries.slice(0, 1)))
    assert.equal(code, EXIT_CODES.trailBroken)
    assert.match(err, /Record 2 is missing: the tail is cut off/)
  })
  it('is exported, and the export verified; a changed byte is found', async () => {
    const path = join(folder, 'trail.jsonl')
    assert.equal((await fleetkey(['trail', 'export', path], reading(entries))).code, 0)
    assert.equal((await fleetkey(['trail', 'verify', path])).code, 0)
    writeFileSync(path, readFileSync(path, 'utf8').replace('\\"a\\":2', '\\"a\\":3'))
    const { err, code } = await fleetkey(['trail', 'verify', path])
    assert.equal(code, EXIT_CODES.trailBroken)
    assert.match(err, /Record 2 was altered/)
  })
  it('is not exported over a file', async () => {
    const path = join(folder, 'kept')
    writeFileSync(path, 'x')
    const { code } = await fleetkey(['trail', 'export', path], reading(entries))
    assert.equal(code, EXIT_CODES.fileUnreadable)
    assert.equal(readFileSync(path, 'utf8'), 'x')
  })
})

describe('iam', () => {
  it('puts a policy as text', async () => {
    const path = join(folder, 'policy.json')
    writeFileSync(path, '{"Version":"2012-10-17"}')
    const line = ['iam', 'user', 'put-policy', 'alice', 'p', path]
    const { asked } = await fleetkey(line, { PutUserPolicy: done })
    assert.deepEqual(asked[0]?.[1], {
      UserName: 'alice',
      PolicyName: 'p',
      PolicyDocument: '{"Version":"2012-10-17"}',
    })
  })

  it('deletes a user with all that hangs on it', async () => {
    const { asked } = await fleetkey(['iam', 'users', 'delete', 'alice', '--yes'], {
      DeleteUser: done,
    })
    assert.deepEqual(asked, [['DeleteUser', { UserName: 'alice', Force: true }]])
  })

  it('lists the users of all pages', async () => {
    const page = (name: string) => ({ Users: [{ UserName: name, Arn: `arn:${name}` }] })
    const line = ['iam', 'users', '--output', 'json']
    const { out } = await fleetkey(line, {
      ListUsers: ({ input }) => ({
        body:
          input['Marker'] === undefined
            ? { ...page('ann'), IsTruncated: true, Marker: 'm' }
            : { ...page('bob'), IsTruncated: false },
      }),
    })
    const users = JSON.parse(out) as { userName: string }[]
    assert.deepEqual(
      users.map(({ userName }) => userName),
      ['ann', 'bob'],
    )
  })

  it('lists inline and attached policies', async () => {
    const line = ['iam', 'users', 'policies', 'alice', '--output', 'json']
    const attached = { AttachedPolicies: [{ PolicyName: 'q', PolicyArn: 'arn:q' }] }
    const { out } = await fleetkey(line, {
      ListUserPolicies: () => ({ body: { PolicyNames: ['p'], IsTruncated: false } }),
      ListAttachedUserPolicies: () => ({ body: attached }),
    })
    assert.deepEqual(JSON.parse(out), [
      { policyName: 'p' },
      { policyName: 'q', policyArn: 'arn:q' },
    ])
  })

  it('prints a new access key in the shape that configure --stdin takes', async () => {
    const body = { AccessKey: { AccessKeyId: 'AKIA1', SecretAccessKey: 's' } }
    const line = ['iam', 'access-keys', 'create', 'alice', '--output', 'json']
    const { out } = await fleetkey(line, { CreateAccessKey: () => ({ body }) })
    assert.deepEqual(JSON.parse(out), { accessKeyId: 'AKIA1', secretAccessKey: 's' })
  })
})

describe('iam lint and validate', () => {
  const file = (name: string, text: string) => {
    const path = join(folder, name)
    writeFileSync(path, text)
    return path
  }
  const policy = (changes: object) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: 'ec2:DescribeInstances', Resource: '*', ...changes },
    })

  it('have nothing to say about a good policy, and ask no server', async () => {
    for (const command of ['lint', 'validate']) {
      const { out, code, asked } = await fleetkey(['iam', command, file('good.json', policy({}))])
      assert.equal(code, 0)
      assert.match(out, /^It is valid, and nothing about it is odd\.$/m)
      assert.deepEqual(asked, [])
    }
  })
  it('name what is odd, and fail for an error', async () => {
    const path = file('odd.json', policy({ Sid: 'Odd', Action: 'ec2:DescribeInstance' }))
    const { out, err, code } = await fleetkey(['iam', 'lint', path])
    assert.equal(code, EXIT_CODES.policyFaulty)
    assert.match(out, /^error in statement 1 \(Odd\) {2}unknown-action$/m)
    assert.match(out, /Did you mean "ec2:DescribeInstances"\?/)
    assert.match(err, /has 1 error in it/)
  })
  it('do not fail for a warning', async () => {
    const path = file('warned.json', policy({ Action: 'iam:PutUserPolicy' }))
    const { out, code } = await fleetkey(['iam', 'lint', path])
    assert.equal(code, 0)
    assert.match(out, /It is valid: 1 suggestion\./)
  })
  it('are JSON for programs', async () => {
    const path = file('json.json', policy({ Action: 'ec2:DescribeInstance' }))
    const { out } = await fleetkey(['iam', 'lint', '--output', 'json', path])
    const { valid, findings }: { valid: boolean; findings: { lint: string }[] } = JSON.parse(out)
    assert.equal(valid, true)
    assert.deepEqual(
      findings.map(({ lint }) => lint),
      ['unknown-action'],
    )
    const broken = await fleetkey(['iam', 'lint', '--output', 'json', file('broken.json', '{')])
    assert.equal(broken.code, EXIT_CODES.policyFaulty)
    assert.equal((JSON.parse(broken.out) as { code: string }).code, 'MalformedPolicyDocument')
  })
  it("say in IAM's words why a policy is not valid, harmless to the terminal", async () => {
    const path = file('bad.json', policy({ Action: 'a\u009b:b' }))
    const { err, code } = await fleetkey(['iam', 'validate', path])
    assert.equal(code, EXIT_CODES.policyFaulty)
    assert.match(err, /because MalformedPolicyDocument: Vendor a\? is not valid/)
  })
  it('know the kinds of policies', async () => {
    const trust = policy({
      Action: 'sts:AssumeRole',
      Resource: undefined,
      Principal: { AWS: '111122223333' },
    })
    const path = file('trust.json', trust)
    const wrong = await fleetkey(['iam', 'validate', path])
    assert.match(wrong.err, /--kind trust/)
    assert.equal((await fleetkey(['iam', 'validate', '--kind', 'trust', path])).code, 0)
  })
  it('want either a file or lines', async () => {
    for (const args of [['validate'], ['validate', 'x.json', '--jsonl'], ['evaluate']]) {
      assert.equal((await fleetkey(['iam', ...args])).code, EXIT_CODES.usage)
    }
  })
})

describe('completion', () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    it(`of ${shell} knows commands below commands`, async () => {
      const { out, code } = await fleetkey(['completion', shell])
      assert.equal(code, 0)
      assert.match(out, /instances tag/)
      assert.match(out, /--os-user/)
    })
  }
})
