import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  contextEntries,
  isByIds,
  lackOfQuestion,
  questionInWords,
  readQuestion,
  writeQuestion,
  type Question,
} from './question.ts'

const ANN = 'arn:aws:iam::111122223333:user/ann'
const QUESTIONS: readonly Question[] = [
  {
    ask: 'reach',
    principal: ANN,
    instance: 'i-0123456789abcdef0',
    user: 'root',
    context: [{ key: 'aws:SourceIp', values: ['192.0.2.1'] }],
  },
  { ask: 'who', instance: 'i-0123456789abcdef0', user: '' },
  { ask: 'what', principal: ANN, user: 'ops' },
  {
    ask: 'action',
    principal: '',
    policy: '{"Version": "2012-10-17"}',
    actions: ['iam:GetUser', 'iam:ListUsers'],
    resources: ['*'],
    context: [{ key: 'aws:TagKeys', values: ['a', 'b'] }],
  },
]

describe('a question', () => {
  it('comes back from its URL', () => {
    for (const question of QUESTIONS) {
      const url = new URLSearchParams(String(writeQuestion(question)))
      assert.deepEqual(readQuestion(url), question)
      assert.equal(lackOfQuestion(question), undefined)
    }
  })

  it('is asked of nobody while something is left out', () => {
    for (const ask of ['reach', 'who', 'what', 'action']) {
      assert.match(lackOfQuestion(readQuestion(new URLSearchParams({ ask }))) ?? '', /\?$/)
    }
    assert.equal(readQuestion(new URLSearchParams('ask=odd&context=x')).ask, 'reach')
  })

  it('leaves a policy out of its URL that would make it too long to be sent on', () => {
    const [, , , action] = QUESTIONS
    assert.ok(action?.ask === 'action')
    const long = { ...action, policy: 'x'.repeat(5000) }
    assert.ok(String(writeQuestion(long)).length < 1000)
  })

  it('is by ids, or has names that must be looked up', () => {
    for (const question of QUESTIONS) assert.equal(isByIds(question), true)
    assert.equal(isByIds({ ask: 'who', instance: 'web-1', user: '' }), false)
    assert.equal(isByIds({ ask: 'what', principal: 'ann', user: '' }), false)
  })

  it('is told in words', () => {
    const nameOf = (id: string) => (id === ANN ? 'ann' : 'web-1')
    assert.deepEqual(
      QUESTIONS.map((question) => questionInWords(question, nameOf)),
      [
        'Can ann reach web-1 as root?',
        'Who can reach web-1?',
        'What can ann reach as ops?',
        'May whoever has this policy do iam:GetUser, iam:ListUsers?',
      ],
    )
  })
})

describe('contextEntries', () => {
  it('makes a list of several values, and leaves out what is not filled in', () => {
    const context = [
      { key: 'aws:TagKeys', values: ['a', 'b'] },
      { key: 'aws:SourceIp', values: ['192.0.2.1'] },
      { key: '', values: ['x'] },
      { key: 'aws:userid', values: [] },
    ]
    assert.deepEqual(
      contextEntries(context).map((entry) => Object.values(entry)),
      [
        ['aws:TagKeys', 'stringList', ['a', 'b']],
        ['aws:SourceIp', 'string', ['192.0.2.1']],
      ],
    )
  })
})
