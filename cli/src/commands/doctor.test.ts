import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { FakeApi, type FakeCall } from '../api/fake-api.ts'
import { EXIT_CODES } from '../exit-codes.ts'
import { fleetkeyAs } from '../testing/run-fleetkey.ts'

const ID = 'i-0123456789abcdef0'
const WELL = { Check: 'sshd-config', State: 'good', Says: 'All is well.' }
const BAD = {
  Check: 'command',
  State: 'bad',
  Says: 'The helper is missing.',
  Cause: 'command-not-executable',
  Mend: { Says: 'Put it back.', Commands: ['fleetkey agent install'], Fix: 'helper' },
}
const TUNNEL = { Check: 'tunnel', State: 'good', Says: 'Tunnels lead there.' }

/** A server that finds this on the host, each time that it is asked the next of the list. */
async function server(test: TestContext, ...host: readonly (readonly object[])[]) {
  let asked = 0
  const api = new FakeApi({
    GetCallerIdentity: () => ({ body: { UserId: 'AIDA', Account: '1', Arn: 'arn:a' } }),
    DescribeInstances: () => ({
      body: { Reservations: [{ Instances: [{ InstanceId: ID, State: { Name: 'running' } }] }] },
    }),
    Diagnose: ({ input }) => {
      const checks = input['Checks'] as string[]
      const found = checks.includes('host')
        ? (host[Math.min(asked++, host.length - 1)] ?? [])
        : checks.includes('tunnel')
          ? [TUNNEL]
          : []
      return { body: { InstanceId: ID, Findings: found, Verdict: {} } }
    },
    MendInstance: ({ input }) => ({
      body: {
        Mends: [
          input['DryRun'] === true
            ? { Check: 'helper', State: 'note', Says: 'Would write it.' }
            : { Check: 'helper', State: 'good', Says: 'Done: write it.' },
        ],
      },
    }),
  })
  const env = await api.open()
  test.after(() => api.close())
  const asks = (target: string): readonly FakeCall[] =>
    api.calls.filter((call) => call.target.endsWith(`.${target}`))
  return { run: fleetkeyAs(env), asks, env }
}

describe('fleetkey doctor', () => {
  it('ends well where nothing is wrong', async (test) => {
    const { run, asks } = await server(test, [WELL])
    const { code, out, err } = await run('doctor', ID, '--os-user', 'deploy')
    assert.equal(code, 0, err)
    assert.match(out, /✓ sshd-config +All is well\./)
    assert.match(out, /\nwell: Nothing was found/)
    assert.match(err, /looked at the host itself \(\d+\.\d s\)/)
    const groups = asks('Diagnose').flatMap(({ input }) => input['Checks'] as string[])
    assert.deepEqual(groups.toSorted(), ['grants', 'host', 'instance', 'policy', 'reach', 'tunnel'])
    for (const { input } of asks('Diagnose')) assert.equal(input['OSUser'], 'deploy')
  })

  it('ends with the cause, and lines to paste', async (test) => {
    const { run, asks } = await server(test, [WELL, BAD])
    const { code, out, err } = await run('doctor', ID)
    assert.equal(code, EXIT_CODES.foundBad)
    assert.match(
      out,
      /✗ command +The helper is missing\.\n +Put it back\.\n +fleetkey agent install\n/,
    )
    assert.match(err, /fleetkey: The helper is missing\./)
    assert.match(err, /do +fleetkey agent install\n/)
    assert.match(err, /fleetkey doctor i-\w+ --fix/)
    assert.deepEqual(asks('MendInstance'), [])
  })

  it('says when it could not look', async (test) => {
    const { run } = await server(test, [{ Check: 'pam', State: 'unknown', Says: 'It hangs.' }])
    const { code, err } = await run('doctor', ID)
    assert.equal(code, EXIT_CODES.foundUnknown)
    assert.match(err, /could not be looked at: pam/)
  })

  it('is JSON for programs', async (test) => {
    const { run } = await server(test, [BAD])
    const { code, out } = await run('doctor', ID, '--output', 'json')
    assert.equal(code, EXIT_CODES.foundBad)
    const said = JSON.parse(out) as {
      verdict: { state: string; cause: { mend: object } }
      findings: object[]
    }
    assert.equal(said.verdict.state, 'bad')
    assert.deepEqual(said.verdict.cause.mend, {
      says: 'Put it back.',
      commands: ['fleetkey agent install'],
      fix: 'helper',
    })
  })

  it('mends after it has shown what, and looks again', async (test) => {
    const { run, asks } = await server(test, [BAD], [WELL])
    const { code, out, err } = await run('doctor', ID, '--fix', '--yes')
    assert.equal(code, 0, err)
    assert.deepEqual(
      asks('MendInstance').map(({ input }) => [input['Fixes'], input['DryRun']]),
      [
        [['helper'], true],
        [['helper'], false],
      ],
    )
    assert.ok(out.indexOf('Would write it.') < out.indexOf('Done: write it.'))
    // Where it is may be what was mended.
    assert.equal(asks('DescribeInstances').length, 2)
    assert.match(out, /\nwell: /)
  })

  it('mends nothing that nobody said yes to, and nothing where nothing is wrong', async (test) => {
    const broken = await server(test, [BAD])
    const { code } = await broken.run('doctor', ID, '--fix')
    assert.equal(code, EXIT_CODES.cancelled)
    assert.deepEqual(
      broken.asks('MendInstance').map(({ input }) => input['DryRun']),
      [true],
    )
    const well = await server(test, [WELL])
    assert.equal((await well.run('doctor', ID, '--fix', '--yes')).code, 0)
    assert.deepEqual(well.asks('MendInstance'), [])
  })

  it('refuses findings that would act in the terminal', async (test) => {
    for (const finding of [
      { ...WELL, Says: 'x\u001b[2J' },
      { ...BAD, Mend: { Says: 'x', Commands: ['rm\n-rf /'] } },
      { ...WELL, State: 'fine' },
    ]) {
      // oxlint-disable-next-line no-await-in-loop -- three
      const { run } = await server(test, [finding])
      // oxlint-disable-next-line no-await-in-loop
      const { code, out, err } = await run('doctor', ID)
      assert.ok(!`${out}${err}`.includes('\u001b'))
      // What the host says cannot be read is not known; all else is.
      assert.equal(code, EXIT_CODES.foundUnknown, err)
    }
  })

  it('says what it can without a server', async () => {
    const run = fleetkeyAs({
      FLEETKEY_ENDPOINT: 'http://127.0.0.1:1',
      AWS_ACCESS_KEY_ID: 'AKIATESTTESTTESTTEST',
      AWS_SECRET_ACCESS_KEY: 'secret',
    })
    const { code, out } = await run('doctor', ID)
    assert.equal(code, EXIT_CODES.foundBad)
    assert.match(out, /✗ server/)
  })

  it('refuses what is no account before it asks anybody', async (test) => {
    const { run, asks } = await server(test, [WELL])
    assert.equal((await run('doctor', ID, '--os-user', '-oProxyCommand=x')).code, EXIT_CODES.usage)
    assert.deepEqual(asks('Diagnose'), [])
  })
})
