import { parsePolicyDocument, type PolicyDocument } from '@fleetkey/iam/policy-document'
import type { DocumentKind } from '@fleetkey/iam/statement'

/** Characters of documents that are kept; their compiled form takes some ten times that. */
const MOST_CHARACTERS = 8 * 1024 * 1024

type Compiled = { readonly document: PolicyDocument } | { readonly error: unknown }

/** Compiled documents by their text: cases share them, and compiling one costs more than all else. */
export class DocumentCache {
  #byText = new Map<string, Compiled>()
  #characters = 0

  /** Throws what parsePolicyDocument throws. */
  get(text: string, kind: DocumentKind): PolicyDocument {
    const key = `${kind} ${text}`
    const known = this.#byText.get(key) ?? this.#add(key, compile(text, kind))
    if ('error' in known) throw known.error
    return known.document
  }

  #add(key: string, compiled: Compiled): Compiled {
    // Whoever asks for ever new documents gains nothing from a cache, so forgetting all of it is good enough.
    if (this.#characters + key.length > MOST_CHARACTERS) {
      this.#byText.clear()
      this.#characters = 0
    }
    this.#byText.set(key, compiled)
    this.#characters += key.length
    return compiled
  }
}

function compile(text: string, kind: DocumentKind): Compiled {
  try {
    return { document: parsePolicyDocument(text, kind) }
  } catch (error) {
    return { error }
  }
}
