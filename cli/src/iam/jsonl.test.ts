import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { PassThrough } from 'node:stream'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { answerLines } from './jsonl.ts'

describe('answerLines', () => {
  it('reads no further while nobody reads the answers', async () => {
    let taken = 0
    async function* input() {
      for (; taken < 1_000; taken += 1) yield Buffer.from('x\n')
    }
    const output = new PassThrough({ highWaterMark: 100 })
    const done = answerLines(input(), output, () => 'y'.repeat(9))
    await new Promise(setImmediate)
    assert.ok(taken < 30, `${taken} chunks were read`)
    let size = 0
    output.on('data', (chunk: Buffer) => (size += chunk.length))
    await done
    assert.equal(size, 10_000)
  })
  it('ends when the reader has enough, and fails when it cannot write', async () => {
    const broken = (code: string) => {
      const output = new PassThrough()
      output.destroy(Object.assign(new Error(code), { code }))
      async function* input() {
        for (;;) yield Buffer.from('x\n')
      }
      return answerLines(input(), output, () => 'y')
    }
    await broken('EPIPE')
    await assert.rejects(broken('ENOSPC'), /ENOSPC/)
  })
  it('escapes what acts on a terminal, without changing the value', async () => {
    const output = new PassThrough()
    async function* input() {
      yield Buffer.from('x')
    }
    await answerLines(input(), output, () => '{"id":"\u202e\u009b\u{e0041}é"}')
    output.end()
    const text = String((await output.toArray()).join(''))
    assert.match(text, /^[\x20-\x7eé\n]+$/)
    assert.deepEqual(JSON.parse(text), { id: '\u202e\u009b\u{e0041}é' })
  })
})

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))

/** `fleetkey iam …`, fed through a pipe that is as fast as the program reads. */
async function throughPipe(args: readonly string[], lines: Iterable<string>): Promise<string[]> {
  const child = spawn(process.execPath, [MAIN, 'iam', ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const answers: string[] = []
  const read = (async () => {
    for await (const line of createInterface({ input: child.stdout })) answers.push(line)
  })()
  for (const line of lines) {
    if (!child.stdin.write(`${line}\n`)) {
      await new Promise((resolve) => child.stdin.once('drain', resolve))
    }
  }
  child.stdin.end()
  const exited = new Promise((resolve) => child.once('exit', resolve))
  await read
  assert.equal(await exited, 0)
  return answers
}

const arn = (name: string) => `arn:aws:iam::111122223333:user/${name}`

describe('the commands, through a real pipe', () => {
  it(
    'evaluate answers 25,000 lines in order, whatever is among them',
    { timeout: 120_000 },
    async () => {
      const count = 25_000
      function* lines() {
        for (let id = 0; id < count; id += 1) {
          if (id % 10 === 9) yield `{"id":${id},"policies":[{]`
          else {
            const Statement = {
              Effect: id % 2 ? 'Deny' : 'Allow',
              Action: '*',
              Resource: arn(`u${id % 3}`),
            }
            const policies = [{ Version: '2012-10-17', Statement, Id: String(id % 500) }]
            const request = {
              principal: arn('a'),
              action: 'iam:GetUser',
              resource: arn('u0'),
              context: {},
            }
            yield JSON.stringify({ id, policies, boundary: null, session: null, request })
          }
        }
      }
      const answers = await throughPipe(['evaluate', '--jsonl'], lines())
      assert.equal(answers.length, count)
      for (const [id, line] of answers.entries()) {
        const answer: { id: unknown; decision: string; error?: string } = JSON.parse(line)
        const applies = id % 10 !== 9 && id % 3 === 0
        const expected = !applies ? 'implicitDeny' : id % 2 ? 'explicitDeny' : 'allowed'
        assert.equal(answer.id, id)
        assert.equal(answer.decision, expected)
        assert.equal(answer.error !== undefined, id % 10 === 9)
      }
    },
  )
  it('validate answers 20,000 lines in order', { timeout: 120_000 }, async () => {
    const count = 20_000
    function* lines() {
      for (let id = 0; id < count; id += 1) {
        const Statement = { Effect: id % 2 ? 'allow' : 'Allow', Action: '*', Resource: '*' }
        const document = JSON.stringify({ Version: '2012-10-17', Statement })
        yield JSON.stringify({ id, kind: 'managed', document })
      }
    }
    const answers = await throughPipe(['validate', '--jsonl'], lines())
    assert.equal(answers.length, count)
    for (const [id, line] of answers.entries()) {
      const answer: { id: unknown; valid: boolean } = JSON.parse(line)
      assert.deepEqual([answer.id, answer.valid], [id, id % 2 === 0])
    }
  })
})
