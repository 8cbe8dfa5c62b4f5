import { parseTemplate, perRequest } from '../variables.ts'
import { compilePattern, matchesPattern, type Pattern, type PatternPart } from '../wildcard.ts'
import type { CompileWanted } from './comparison.ts'

/**
 * ArnEquals and ArnLike are the same operator (IAM User Guide, condition operators, ARN): the six fields are compared
 * one by one, with wildcards that stay within their field; the sixth keeps its colons. Case-sensitive. What has fewer
 * than six fields, on either side, equals nothing.
 */
export const arnLike: CompileWanted = (wanted, version) => {
  const template = parseTemplate(wanted, { version, wildcards: 'active' })
  const fieldsFor = perRequest(template, compileFields)
  return (found, context) => {
    const wantedFields = fieldsFor(context)
    const foundFields = splitArn(found)
    if (wantedFields?.length !== 6 || foundFields.length !== 6) return false
    return wantedFields.every((field, index) => matchesPattern(field, foundFields[index] ?? ''))
  }
}

function compileFields(parts: readonly PatternPart[]): readonly Pattern[] {
  const fields: PatternPart[][] = [[]]
  for (const part of parts) {
    if (part.kind !== 'text') {
      fields.at(-1)?.push(part)
      continue
    }
    // Colons beyond the fifth belong to the sixth field.
    const [first = '', ...rest] = splitAtColons(part.text, 6 - fields.length)
    fields.at(-1)?.push({ kind: 'text', text: first })
    for (const text of rest) fields.push([{ kind: 'text', text }])
  }
  return fields.map(compilePattern)
}

function splitArn(arn: string): readonly string[] {
  return splitAtColons(arn, 5)
}

function splitAtColons(text: string, most: number): readonly string[] {
  const pieces = text.split(':')
  return [...pieces.slice(0, most), ...(pieces.length > most ? [pieces.slice(most).join(':')] : [])]
}
