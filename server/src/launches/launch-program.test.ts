import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { LaunchProgramFailed, runLaunchProgram, type LaunchOrder } from './launch-program.ts'

const dir = mkdtempSync(join(tmpdir(), 'fleetkey-launch-'))
after(() => rmSync(dir, { recursive: true }))

const ORDER: LaunchOrder = {
  verb: 'launch',
  instanceId: 'i-0123456789abcdef0',
  imageId: 'vm',
  instanceType: 'small',
  site: 'default',
  tags: { Name: '$(touch /tmp/x)' },
  userData: 'c2VjcmV0',
}

const sh = (text: string) => ['/bin/sh', '-c', text, 'sh', dir]
const run = (argv: readonly string[], limits: { timeoutMs?: number; secret?: string } = {}) =>
  runLaunchProgram(argv, ORDER, { timeoutMs: 10_000, ...limits })
const failure = async (...given: Parameters<typeof run>): Promise<LaunchProgramFailed> => {
  const error: unknown = await run(...given).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof LaunchProgramFailed)
  return error
}

describe('a launch program', () => {
  it('is told what to do on its standard input, as JSON', async () => {
    await run(sh('cat >"$1/order"'))
    assert.deepEqual(JSON.parse(readFileSync(join(dir, 'order'), 'utf8')), ORDER)
  })

  it('gets its arguments as they are configured, and nothing of the order among them', async () => {
    await run(['/bin/sh', '-c', 'printf "%s|" "$@" >"$1/arguments"', 'sh', dir, '$HOME; a b'])
    assert.equal(readFileSync(join(dir, 'arguments'), 'utf8'), `${dir}|$HOME; a b|`)
  })

  it("has nothing of the server's environment (that may hold its master key)", async () => {
    process.env['FLEETKEY_MASTER_KEY'] = 'secret'
    try {
      await run(['/usr/bin/env', 'sh', '-c', 'env >"$1/env"; pwd >"$1/pwd"', 'sh', dir])
    } finally {
      delete process.env['FLEETKEY_MASTER_KEY']
    }
    const names = readFileSync(join(dir, 'env'), 'utf8').trim().split('\n')
    assert.deepEqual(
      names
        .map((line) => line.split('=')[0])
        .filter((name) => !/^(PWD|OLDPWD|SHLVL|_)$/.test(name ?? '')),
      ['PATH', 'LANG'],
    )
    assert.equal(readFileSync(join(dir, 'pwd'), 'utf8'), '/\n')
  })

  it('may end without reading its input', async () => {
    await run(['/bin/true'])
  })

  it('fails by its exit code, and says what it said', async () => {
    const { kind, message } = await failure(sh('echo no such template >&2; exit 3'))
    assert.deepEqual([kind, message], ['failed', '/bin/sh: exit code 3: no such template'])
  })

  it('says that there is no room by exit code 75', async () => {
    assert.equal((await failure(sh('exit 75'))).kind, 'full')
  })

  it('fails when a signal ends it, and when it is not there', async () => {
    assert.match((await failure(sh('kill -9 $$'))).message, /ended by SIGKILL/)
    const { kind, message } = await failure(['/nonexistent/program'])
    assert.equal(kind, 'failed')
    assert.match(message, /cannot be started .*ENOENT/)
  })

  it('keeps the join token out of what it says (that goes into the log)', async () => {
    const { message } = await failure(sh('echo "token fkjoin_abc is bad" >&2; exit 1'), {
      secret: 'fkjoin_abc',
    })
    assert.equal(message, '/bin/sh: exit code 1: token (the join token) is bad')
  })

  it('keeps the user data out of what it says: a program that shows what it was told would put the token into the log, in base64', async () => {
    const { message } = await failure(sh('cat >&2; exit 1'))
    assert.ok(!message.includes('c2VjcmV0'), message)
    assert.match(message, /"userData":"\(the user data\)"/)
  })

  it('keeps also the half of a token out that the end of much output would begin with', async () => {
    const { message } = await failure(
      sh('printf fkjoin_abc >&2; head -c 4090 /dev/zero | tr "\\0" x >&2; exit 1'),
      { secret: 'fkjoin_abc' },
    )
    assert.ok(!message.includes('_abc'), message.slice(0, 60))
  })

  it('keeps the end of much output only (would else fill the memory)', async () => {
    const { message } = await failure(
      sh(
        'i=0; while [ $i -lt 3000 ]; do echo "line $i of the output" >&2; i=$((i+1)); done; exit 1',
      ),
    )
    assert.ok(message.length < 4200 && message.endsWith('line 2999 of the output'), message)
  })

  it('is killed with what it started when it takes too long, and it is not known what it did', async () => {
    const { kind, message } = await failure(
      sh('sleep 60 & echo $! >"$1/child"; echo waiting >&2; wait'),
      { timeoutMs: 200 },
    )
    assert.deepEqual(
      [kind, message.endsWith('not done after 200 ms, killed: waiting')],
      ['unknown', true],
    )
    const child = readFileSync(join(dir, 'child'), 'utf8').trim()
    // Its parent is gone; it may take a moment to die, and to be reaped.
    const state = () => {
      try {
        return readFileSync(`/proc/${child}/stat`, 'latin1').split(') ')[1]?.[0]
      } catch {
        return 'gone'
      }
    }
    while (!/^(gone|Z|X)$/.test(state() ?? '')) {
      // oxlint-disable-next-line no-await-in-loop -- that is the waiting
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  })

  it('leaves what it started running when it is done', async () => {
    await run(sh('sleep 60 >/dev/null 2>&1 & echo $! >"$1/machine"'))
    const pid = Number(readFileSync(join(dir, 'machine'), 'utf8'))
    process.kill(pid, 'SIGKILL')
  })
})
