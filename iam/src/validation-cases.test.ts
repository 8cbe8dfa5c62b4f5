import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { parsePolicyDocument } from './policy-document.ts'
import type { DocumentKind } from './statement.ts'

/** What is a policy and what is none, as data: `cases/validation/*.json`, one file per part of the grammar. */
interface CaseFile {
  /** The AWS pages that the cases follow. */
  readonly source: string
  readonly kind: DocumentKind
  readonly cases: readonly Case[]
}

interface Case {
  readonly name: string
  readonly rule: string
  readonly kind?: DocumentKind
  /** An object, or the text itself where JSON of JSON would change it. */
  readonly document: object | string
  /** AWS's sentence; null when it takes the document. */
  readonly refuse: string | null
}

const folder = new URL('cases/validation/', import.meta.url)

for (const file of readdirSync(folder)) {
  const { kind, cases } = readCases(file)
  describe(`validation: ${file}`, () => {
    for (const one of cases) {
      it(one.name, () => assert.equal(verdict(one, kind), one.refuse, one.rule))
    }
  })
}

/** Up to the end of AWS's sentence: behind it we may say what to fix. */
function verdict(one: Case, kind: DocumentKind): string | null {
  const text = typeof one.document === 'string' ? one.document : JSON.stringify(one.document)
  try {
    parsePolicyDocument(text, one.kind ?? kind)
    return null
  } catch (error) {
    assert.ok(error instanceof Error && 'code' in error)
    assert.equal(error.code, 'MalformedPolicyDocument')
    const { message } = error
    const goesOn = message.startsWith(`${one.refuse}. `) || message.startsWith(`${one.refuse} `)
    return goesOn ? one.refuse : message
  }
}

function readCases(file: string): CaseFile {
  return JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
}
