/** Where a text stands: the keys that lead to it, without the positions in lists. */
export type JsonPath = readonly string[]

/**
 * Replaces texts in a JSON document and leaves every other character as it was, so that people get back what they wrote: order, spacing,
 * spelling of numbers. `json` must be well-formed (parse it first).
 */
export function mapJsonTexts(
  json: string,
  replace: (path: JsonPath, text: string) => string,
): string {
  // One entry for each open object and list; a list has no keys of its own.
  const open: { readonly isObject: boolean; key: string | undefined }[] = []
  return json.replace(token, (literal) => {
    const place = open.at(-1)
    switch (literal) {
      case '{':
      case '[':
        open.push({ isObject: literal === '{', key: undefined })
        return literal
      case '}':
      case ']':
        open.pop()
        return literal
      case ',':
        if (place !== undefined) place.key = undefined
        return literal
    }
    const text = String(JSON.parse(literal))
    if (place?.isObject === true && place.key === undefined) {
      place.key = text
      return literal
    }
    const path = open.flatMap(({ key }) => key ?? [])
    const replaced = replace(path, text)
    return replaced === text ? literal : JSON.stringify(replaced)
  })
}

/** A string, or what opens, closes or separates. */
const token = /"(?:[^"\\]|\\.)*"|[{}[\],]/g
