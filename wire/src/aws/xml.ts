// Written here rather than by a library: an answer of AWS is elements and text with one attribute, while fast-xml-builder (1.3.2) leaves
// characters that XML cannot hold as they are, and a carriage return, which every parser turns into a line feed; and it gives names
// like `#text` a meaning.

/** `content` is XML already: elements, or `xmlText`. Throws a TypeError when the name is not one that AWS would use. */
export function xmlElement(name: string, content: string, namespace?: string): string {
  // A name from outside would write elements of its own: only Map keys may be such.
  if (!/^[A-Za-z][A-Za-z0-9]*$/.test(name)) throw new TypeError('this is no name of an element')
  const attributes = namespace === undefined ? '' : ` xmlns="${xmlText(namespace)}"`
  return content === '' ? `<${name}${attributes}/>` : `<${name}${attributes}>${content}</${name}>`
}

/** Text inside an element or attribute. What XML 1.0 cannot hold (section 2.2) becomes U+FFFD. */
export function xmlText(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/[&<>"\r]/g, (character) => REFERENCES[character] ?? '')
}

const REFERENCES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // Bare, a parser would read a line feed (XML 1.0, section 2.11).
  '\r': '&#13;',
}
