/**
 * The members of a request, as its codec decoded them: names are case sensitive, values not yet believed. A value is what JSON
 * holds (text, number, boolean, null, list, and a structure as a record without prototype), or the `QueryText` of a form.
 * Read them with `validate`.
 */
export type Fields = ReadonlyMap<string, unknown>

/**
 * A value of a Query request: text, whose type only its reader knows (`3600` may be a name). It is a class so that nothing which JSON
 * can spell is taken for one: there, a number in quotes stays an error.
 */
export class QueryText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}
