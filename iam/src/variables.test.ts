import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { normalizeContext, type ContextValue } from './request-context.ts'
import { parseTemplate, substitute } from './variables.ts'

const context: Record<string, ContextValue> = {
  'aws:username': 'alice',
  'aws:PrincipalTag/star': '*',
  'aws:PrincipalTag/nested': '${aws:username}',
  'aws:PrincipalTag/empty': '',
  'aws:TagKeys': ['one'],
}

const expand = (text: string, version: '2008-10-17' | '2012-10-17' = '2012-10-17') =>
  substitute(
    parseTemplate(text, { version, wildcards: 'active' }),
    normalizeContext(new Map(Object.entries(context))),
  )
    ?.map((part) => (part.kind === 'text' ? part.text : `<${part.kind}>`))
    .join('')

describe('policy variables', () => {
  it('take the value from the request', () => {
    assert.equal(expand('home/${aws:username}/*'), 'home/alice/<anyRun>')
  })

  it('find their key in any letter case', () => {
    assert.equal(expand('${AWS:UserName}'), 'alice')
  })

  it('are plain text in a 2008 policy', () => {
    assert.equal(expand('${aws:username}', '2008-10-17'), '${aws:username}')
  })

  it('bring in text only (a * in a tag would match every host)', () => {
    assert.equal(expand('${aws:PrincipalTag/star}'), '*')
  })

  it('are not expanded twice (a tag value could read other keys)', () => {
    assert.equal(expand('${aws:PrincipalTag/nested}'), '${aws:username}')
  })

  it('have no value when the key is missing, empty or multivalued', () => {
    assert.equal(expand('x${aws:nothing}'), undefined)
    assert.equal(expand('x${aws:PrincipalTag/empty}'), undefined)
    assert.equal(expand('x${aws:TagKeys}'), undefined)
  })

  it('fall back to the default only then', () => {
    assert.equal(expand("${aws:PrincipalTag/team, 'no team*'}"), 'no team*')
    assert.equal(expand("${aws:username, 'nobody'}"), 'alice')
  })

  it('write wildcards and dollars with escapes', () => {
    assert.equal(expand('${*}${?}${$}*?'), '*?$<anyRun><anyOne>')
    assert.equal(expand('${$}{aws:username}'), '${aws:username}')
  })

  it('leave a lone dollar alone', () => {
    assert.equal(expand('$5 {x}'), '$5 {x}')
  })

  for (const text of [
    '${aws:username',
    '${}',
    '${ aws:username}',
    "${a,'x'}",
    "${a, 'x}",
    '${${a}}',
  ]) {
    it(`are refused when not well formed: ${text}`, () => {
      assert.throws(() => expand(text), {
        code: 'MalformedPolicyDocument',
        message: /^The policy failed legacy parsing\./,
      })
    })
  }
})
