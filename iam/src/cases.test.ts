import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import type { AccessRequest } from './access-request.ts'
import { evaluate, type Decision } from './evaluate.ts'
import { parsePolicyDocument } from './policy-document.ts'
import type { NamedPolicy, PolicyKind, PolicySet } from './policy-set.ts'
import type { DocumentKind } from './statement.ts'

/** Behaviour of the policy language as data: `cases/*.json`, one file per part of the language. */
interface CaseFile {
  readonly groups: readonly Group[]
}

interface Group {
  readonly rule: Partial<Rule>
  /** What a case's request has when the case does not say otherwise. */
  readonly request?: Partial<CaseRequest>
  readonly cases: readonly Case[]
}

/** What AWS says. Without it a case would be our opinion. */
interface Rule {
  /** Of the IAM User Guide when it says nothing else, e.g. `reference_policies_elements_action`. */
  readonly page: string
  readonly says: string
}

interface Case {
  readonly name: string
  readonly request?: Partial<CaseRequest>
  /** Whole documents, or one of the short forms below. */
  readonly policies?: readonly object[]
  /** Statements of one 2012 policy. */
  readonly statements?: readonly object[]
  /** One statement that allows everything under this Condition. */
  readonly allowIf?: object
  /** The same for a Deny, beside a statement that allows everything. */
  readonly denyIf?: object
  /** Statements of the permissions boundary. */
  readonly boundary?: readonly object[]
  /** Statements of each session policy. */
  readonly session?: readonly (readonly object[])[]
  /** Statements of the trust policy of the role that is the resource. */
  readonly trust?: readonly object[]
  readonly expect: Decision['kind'] | 'MalformedPolicyDocument' | 'ValidationException'
  /** Which kind decides: the one that grants or denies, or the kinds that would have to allow. */
  readonly by?: PolicyKind | readonly PolicyKind[]
}

interface CaseRequest {
  readonly principal: string
  readonly principalId: string
  readonly action: string
  readonly resource: string
  readonly context: Readonly<Record<string, string | readonly string[]>>
}

const defaultRequest: Omit<CaseRequest, 'principalId'> = {
  principal: 'arn:aws:iam::111122223333:user/alice',
  action: 'ec2-instance-connect:SendSSHPublicKey',
  resource: 'arn:aws:ec2:eu-west-1:111122223333:instance/i-0abc',
  context: {},
}

const folder = new URL('cases/', import.meta.url)
const files = readdirSync(folder).filter((name) => name.endsWith('.json'))

for (const file of files) {
  describe(file, () => {
    for (const { rule, request, cases } of readGroups(file)) {
      describe(`${rule.page}: ${rule.says}`, () => {
        for (const one of cases) {
          it(one.name, () => check(one, { ...defaultRequest, ...request, ...one.request }))
        }
      })
    }
  })
}

describe('the cases', () => {
  const groups = files.flatMap((file) => readGroups(file))

  it('all say which rule of AWS they follow', () => {
    for (const { rule, cases } of groups) {
      assert.match(
        rule.page ?? '',
        /^(EC2 User Guide: )?[a-z][\w-]+(#[\w-]+)?$/,
        String(cases[0]?.name),
      )
      assert.ok((rule.says ?? '').length > 20, String(cases[0]?.name))
    }
  })

  it('are many, and none stands twice', () => {
    const all = groups.flatMap(({ cases, request }) =>
      cases.map((one) => JSON.stringify({ request, ...one, name: '' })),
    )
    assert.ok(all.length >= 500, `${all.length} cases`)
    assert.deepEqual(
      all.filter((one, index) => all.indexOf(one) !== index),
      [],
    )
  })
})

function readGroups(file: string): readonly Group[] {
  const { groups }: CaseFile = JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
  return groups
}

function check(one: Case, { context, ...asked }: typeof defaultRequest): void {
  const request: AccessRequest = { ...asked, context: new Map(Object.entries(context)) }
  if (one.expect === 'MalformedPolicyDocument' || one.expect === 'ValidationException') {
    assert.throws(() => evaluate(request, policySetOf(one)), { code: one.expect })
    return
  }
  const decision = evaluate(request, policySetOf(one))
  assert.equal(decision.kind, one.expect)
  if (one.by === undefined) return
  assert.deepEqual(
    decision.kind === 'implicitDeny' ? decision.missing : [decision.decidedBy.kind],
    typeof one.by === 'string' ? [one.by] : one.by,
  )
}

function policySetOf(one: Case): PolicySet {
  return {
    identity: documentsOf(one).map((document, index) => policy(document, `policy ${index + 1}`)),
    boundary: one.boundary && policy(withStatements(one.boundary), 'boundary'),
    session: one.session?.map((statements, index) =>
      policy(withStatements(statements), `session policy ${index + 1}`, 'session'),
    ),
    trust: one.trust && policy(withStatements(one.trust), 'trust policy', 'trust'),
  }
}

function policy(document: object, name: string, kind: DocumentKind = 'identity'): NamedPolicy {
  return { name, document: parsePolicyDocument(JSON.stringify(document), kind) }
}

function withStatements(statements: readonly object[]): object {
  return { Version: '2012-10-17', Statement: statements }
}

function documentsOf(one: Case): readonly object[] {
  const everything = { Effect: 'Allow', Action: '*', Resource: '*' }
  const statements = [
    ...(one.statements ?? []),
    ...(one.allowIf ? [{ ...everything, Condition: one.allowIf }] : []),
    ...(one.denyIf ? [everything, { ...everything, Effect: 'Deny', Condition: one.denyIf }] : []),
  ]
  return one.policies ?? (statements.length === 0 ? [] : [withStatements(statements)])
}
