import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { evaluate, type Decision } from './evaluate.ts'
import { parsePolicyDocument } from './policy-document.ts'

/** Behaviour of the policy language as data: `cases/*.json`, one file per part of the language. */
interface CaseFile {
  /** The AWS pages that the cases follow. */
  readonly source: string
  /** What a case's request has when the case does not say otherwise. */
  readonly request?: Partial<CaseRequest>
  readonly cases: readonly Case[]
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
  readonly expect: Decision['kind'] | 'MalformedPolicyDocument'
}

interface CaseRequest {
  readonly principal: string
  readonly action: string
  readonly resource: string
  readonly context: Readonly<Record<string, string | readonly string[]>>
}

const defaultRequest: CaseRequest = {
  principal: 'arn:aws:iam::111122223333:user/alice',
  action: 'ec2-instance-connect:SendSSHPublicKey',
  resource: 'arn:aws:ec2:eu-west-1:111122223333:instance/i-0abc',
  context: {},
}

const folder = new URL('cases/', import.meta.url)

for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
  const { request, cases } = readCases(file)
  describe(file, () => {
    for (const one of cases) {
      it(one.name, () => {
        const asked = { ...defaultRequest, ...request, ...one.request }
        const decide = () =>
          evaluate(
            { ...asked, context: new Map(Object.entries(asked.context)) },
            {
              identity: documentsOf(one).map((document, index) => ({
                name: `policy ${index + 1}`,
                document: parsePolicyDocument(JSON.stringify(document)),
              })),
            },
          ).kind
        if (one.expect === 'MalformedPolicyDocument') assert.throws(decide, { code: one.expect })
        else assert.equal(decide(), one.expect)
      })
    }
  })
}

function readCases(file: string): CaseFile {
  return JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
}

function documentsOf(one: Case): readonly object[] {
  const everything = { Effect: 'Allow', Action: '*', Resource: '*' }
  const statements = [
    ...(one.statements ?? []),
    ...(one.allowIf ? [{ ...everything, Condition: one.allowIf }] : []),
    ...(one.denyIf ? [everything, { ...everything, Effect: 'Deny', Condition: one.denyIf }] : []),
  ]
  return one.policies ?? [{ Version: '2012-10-17', Statement: statements }]
}
